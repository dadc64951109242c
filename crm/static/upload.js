// Large files go to the server in parts: each with its checksum, behind the one before, again after a lost connection.
// Without this script the form sends the files as they are.
const form = document.querySelector('form[data-parts]')
const list = form && document.querySelector('#sending')
const token = document.querySelector('meta[name=csrf]')?.content
const wait = ms => new Promise(done => {
  const timer = setTimeout(go, ms)
  addEventListener('online', go, { once: true })
  function go() { clearTimeout(timer); removeEventListener('online', go); done() }
})

form?.addEventListener('submit', e => {
  const files = [...form.elements.files.files]
  if (!files.some(f => f.size > Number(form.dataset.parts))) return
  e.preventDefault()
  sendAll(files)
})
let sending = false
addEventListener('beforeunload', e => { if (sending) e.preventDefault() })

async function sendAll(files) {
  if (sending) return
  sending = true
  form.classList.add('busy')
  list.hidden = false
  const rows = files.map(row)
  const ends = []
  for (let i = 0; i < files.length; i++) ends.push(await send(files[i], rows[i]))
  sending = false
  form.classList.remove('busy')
  form.reset()
  const good = ends.filter(Boolean)
  if (good.length === files.length) location.href = good.length === 1 ? good[0] : form.action
}

function row(file) {
  const made = list.querySelector('template').content.cloneNode(true).firstElementChild
  made.querySelector('[data-name]').textContent = file.name
  list.append(made)
  const stop = new AbortController()
  made.querySelector('[data-stop]').addEventListener('click', () => stop.abort())
  return { stop, say: (words, bad) => { const p = made.querySelector('[data-said]'); p.textContent = words; p.classList.toggle('neg', !!bad) },
    at: share => { made.querySelector('progress').value = share }, end: () => made.querySelector('[data-stop]').remove() }
}

async function send(file, row) {
  const words = list.dataset
  let upload = null, offset = 0, tries = 0
  while (!row.stop.signal.aborted) {
    try {
      if (!upload) {
        const about = new URLSearchParams({ name: file.name, size: file.size, changed: file.lastModified })
        upload = await ask('POST', form.action + '/parts', about, {}, row)
        offset = upload.offset
      }
      while (offset < file.size) {
        row.at(offset / file.size)
        row.say(words.sending.replace('{done}', mb(offset)).replace('{total}', mb(file.size)))
        const part = await file.slice(offset, offset + upload.part).arrayBuffer()
        const sum = await checksum(part)
        const url = `${form.action}/parts/${upload.id}?offset=${offset}`
        offset = (await ask('PUT', url, part, sum ? { 'X-Part-SHA256': sum } : {}, row)).offset
        tries = 0
      }
      row.at(1)
      row.say(words.reading)
      const end = await ask('POST', `${form.action}/parts/${upload.id}/end`, '', {}, row)
      row.say(words.here)
      row.end()
      return end.url
    } catch (e) {
      if (row.stop.signal.aborted) break
      if (e.refused && e.offset === undefined) { row.say(e.message, true); row.end(); return '' }
      if (e.offset !== undefined) offset = e.offset
      else upload = null
      tries += 1
      if (e.refused && tries > 5) { row.say(e.message, true); row.end(); return '' }
      if (!e.refused) row.say(words.lost, true)
      await wait(Math.min(30000, 1000 * 2 ** Math.min(tries, 5)))
    }
  }
  if (upload) await ask('POST', `${form.action}/parts/${upload.id}/drop`, '', {}, null).catch(() => {})
  row.say(words.stopped)
  row.end()
  return ''
}

async function ask(method, url, body, headers, row) {
  const answer = await fetch(url, { method, body, headers: { 'X-CSRFToken': token, ...headers }, signal: row?.stop.signal })
  if (answer.status >= 500 || !answer.headers.get('Content-Type')?.includes('json')) {
    if (answer.ok && !row) return {}
    if (answer.status === 413 || answer.status === 403 || answer.redirected) throw Object.assign(new Error(list.dataset.refused), { refused: true })
    throw new Error(answer.statusText)
  }
  const told = await answer.json()
  if (!answer.ok) throw Object.assign(new Error(told.error), { refused: true, offset: told.offset })
  return told
}

async function checksum(part) {
  if (!crypto.subtle) return ''
  return [...new Uint8Array(await crypto.subtle.digest('SHA-256', part))].map(b => b.toString(16).padStart(2, '0')).join('')
}

function mb(bytes) { return (bytes / 1048576).toLocaleString(undefined, { maximumFractionDigits: 0 }) }
