"""Common given names of many languages, folded. Only used where a name equals the name of a site. Pure data."""

GIVEN = frozenset(
    """
    aaron abigail adam adrian agnes ahmed aiko aisha akira alan albert alejandro alessandro alex alexander
    alexandra alexis alfred ali alice alicia alina alison allison amanda amber amelia amir amy ana anastasia
    andrea andreas andrew andy angel angela angelika anita anja anke ann anna anne annette annika anthony antje
    anton antonia antonio ari ariel arne arnold arthur arun asha ashley astrid audrey aurora ava axel barbara
    bastian beate beatrice ben benjamin bernard bernd bernhard beth bettina bianca bill birgit bjorn bob boris
    brad brandon brenda brian bridget brigitte bruce bruno bryan camille carl carla carlos carmen carol carole
    caroline carolyn cassandra catherine cathy cecilia celine chad charles charlie charlotte chen cheryl chiara
    chloe chris christa christian christiane christina christine christoph christopher cindy claire clara claude
    claudia claus colin connor cora craig cristina curtis cynthia daisy dale damian dan dana daniel daniela
    danielle darren dave david dawn dean deborah debra denis denise dennis derek diana diane diego dieter dirk
    dmitri dominic dominik don donald donna dora doris dorothy doug douglas duncan dylan earl ed eddie edgar edith
    eduardo edward edwin eileen elaine eleanor elena eli elias elisa elisabeth elizabeth ella ellen elliot elsa
    emil emilia emily emma eric erica erik erika erin ernest ernst esther ethan eugene eva evan eve evelyn fabian
    fatima felicia felix fernando filip fiona florence florian frances francesca francesco francis francisco
    franck francois frank franz fred freddie frederic frederick frieda friedrich fritz gabriel gabriela gabriele
    gareth gary gavin gemma geoff georg george gerald gerard gerd gerhard gina giovanni giulia giuseppe gladys
    glenn gloria gordon grace graham greg gregory greta guido guillaume gunter gustav hana hanna hannah hannes
    hans harald harold harriet harry haruki harvey hasan heather hector heidi heike heinz helen helena helga
    helmut henri henrik henry herbert hilary hiroshi holger holly howard hugh hugo ian ibrahim igor ilona ilse
    imran ines inga ingo ingrid ira irene irina iris isaac isabel isabella isabelle ivan ivana jack jackie jacob
    jacqueline jacques jade jaime jake jakob james jamie jan jana jane janet janice janine jared jasmin jasmine
    jason javier jay jean jeanne jeff jeffrey jen jenna jennifer jenny jens jeremy jerome jerry jess jesse jessica
    jill jim jimmy jin jo joan joana joanna joanne joao jochen joe joel joerg johan johann johanna johannes john
    johnny jon jonas jonathan jordan jorg jorge jose josef joseph josephine josh joshua joyce juan judith judy
    julia julian juliana julie julien juliet jun june jurgen justin kai kamil karen karim karin karl karla karsten
    kate katharina katherine kathleen kathrin kathryn kathy katie katja katrin kay keith kelly ken kenji kenneth
    kerry kerstin kevin khalid kim kirsten klara klaus konrad kris kristen kristin kristina kumar kurt kyle lance
    lara larry lars laura lauren laurence laurent lea leah lee leila lena leo leon leonard leonie leslie levi
    lewis li liam lily lin linda linus lisa liu liz lloyd logan lorenzo lori lothar lou louis louisa louise luc
    luca lucas lucia lucy ludwig luigi luis luisa lukas luke lydia lynn maggie magnus mai maik maja manfred manuel
    manuela mara marc marcel marcela marco marcos marcus margaret margarita margit maria mariana marianne marie
    marina mario marion marisa marissa marit mark marko markus marlene martha martin martina marvin mary mason
    mateo mathias mathieu mats matt matteo matthew matthias maud maureen maurice max maximilian maya megan mehmet
    mei melanie melissa mercedes mia micah michael michel michele michelle miguel mika mike mikhail mila milan
    mina miranda miriam mirko mitchell mohamed mohammed moira molly mona monica monika morgan moritz muhammad
    murat nadia nadine nancy naomi natalia natalie natasha nathalie nathan neil nele nia nicholas nick nico nicola
    nicolas nicole nikolai nils nina noah noel noor nora norbert norma norman olaf olga oliver olivia olivier omar
    oscar oskar otto owen pablo pamela paola paolo pascal pat patricia patrick paul paula pauline pavel pedro
    peggy penny peter petra phil philip philipp philippe pia pierre piotr priya rachel rafael rahul rainer raj
    ralf ralph ramon randy raphael raquel raul ravi ray raymond rebecca regina reiner renate rene ricardo riccardo
    rich richard rick rita rob robert roberta roberto robin rodrigo roger roland rolf roman ron ronald ronja rosa
    rosalind rose rosemary ross roxanne roy ruben rudolf rui russell ruth ryan sabine sabrina sadie said sally
    salma sam samantha samir samuel sandra sandy sanjay santiago sara sarah sascha saskia scott sean sebastian
    selma serena sergei sergio seth shane shannon sharon shaun sheila shirley sid sigrid silke silvia simon simone
    sofia sonia sonja sophia sophie stacy stan stefan stefanie steffen stella stephan stephane stephanie stephen
    steve steven stuart sue sunil surya susan susana susanne suzanne sven svenja sylvia sylvie tamara tanja tanya
    tara taro tatiana taylor ted teresa terry tessa theo theodor theresa thomas thorsten tiffany tilo tim timo
    timothy tina tobias toby todd tom tomas tommy toni tony torsten tracy travis tricia tristan troy udo ulf
    ulrich ulrike ursula ute uwe valentin valentina valerie vanessa vera verena veronica veronika vicky victor
    victoria viktor vincent viola virginia vivian vladimir volker wade walter wanda wayne wei wendy werner wilhelm
    will willem william wolfgang xavier yan yannick yara yasmin yolanda yuki yuri yusuf yvette yvonne zachary zara
    zoe zoltan
    """.split()
)
