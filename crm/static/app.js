// One small module: keys, dialogs, theme, selection. Everything here only shortens what links and forms already do.
const root = document.documentElement
const $ = (s, el = document) => el.querySelector(s)
const $$ = (s, el = document) => [...el.querySelectorAll(s)]
try { const t = localStorage.getItem('theme'); if (t) root.dataset.theme = t } catch { /* storage may be closed */ }

document.addEventListener('htmx:config:request', e => {
  const token = $('meta[name=csrf]')?.content
  if (token && e.detail?.ctx?.request) e.detail.ctx.request.headers['X-CSRFToken'] = token
})

document.addEventListener('click', e => {
  const open = e.target.closest('[data-open]')
  const dialog = open && document.getElementById(open.dataset.open)
  if (dialog) { e.preventDefault(); dialog.showModal(); $('input', dialog)?.focus(); return }
  if (e.target.closest('[data-dismiss]')) { e.target.closest('.toast').remove(); return }
  if (e.target.closest('[data-close]')) { e.target.closest('dialog')?.close(); return }
  if (e.target.closest('[data-theme-toggle]')) {
    const dark = root.dataset.theme ? root.dataset.theme === 'dark' : matchMedia('(prefers-color-scheme:dark)').matches
    root.dataset.theme = dark ? 'light' : 'dark'
    try { localStorage.setItem('theme', root.dataset.theme) } catch { /* storage may be closed */ }
  }
  const insert = e.target.closest('[data-insert]')
  if (insert) {
    const box = document.getElementById(insert.dataset.into)
    box.setRangeText(insert.dataset.insert, box.selectionStart, box.selectionEnd, 'end')
    box.dispatchEvent(new Event('input', { bubbles: true })); box.focus()
    insert.closest('details')?.removeAttribute('open')
  }
  if (e.target.matches('dialog')) e.target.close()
  for (const d of $$('details.menu[open]')) if (!d.contains(e.target)) d.removeAttribute('open')
})

// Forms that send themselves when something in them changes (filters, selects).
document.addEventListener('change', e => {
  if (e.target.closest('form[data-auto]')) { e.target.form.requestSubmit(); return }
  if (e.target.matches('[data-select-all]')) {
    for (const c of boxes()) { c.checked = e.target.checked; mark(c) }
  } else if (e.target.matches('[data-rows] input[type=checkbox]')) mark(e.target)
  count()
})
const boxes = () => $$('[data-rows] tbody input[type=checkbox]')
const mark = box => box.closest('tr')?.classList.toggle('sel', box.checked)
function count() {
  const bar = $('[data-bulk]'); if (!bar) return
  const n = boxes().filter(c => c.checked).length
  bar.hidden = n === 0
  for (const out of $$('[data-bulk-n]', bar)) out.textContent = n
}
document.addEventListener('DOMContentLoaded', () => {
  const bar = $('[data-bulk]'); if (bar) { bar.classList.add('live'); count() }
  for (const t of $$('.toast')) fade(t)
  for (const d of $$('[data-drop]')) dropZone(d)
})
function fade(toast) {
  let timer
  const stop = () => clearTimeout(timer), start = () => { timer = setTimeout(() => toast.remove(), 10000) }
  for (const n of ['mouseenter', 'focusin']) toast.addEventListener(n, stop)
  for (const n of ['mouseleave', 'focusout']) toast.addEventListener(n, start)
  start()
}
function dropZone(zone) {
  const input = $('input[type=file]', zone)
  for (const n of ['dragenter', 'dragover']) zone.addEventListener(n, e => { e.preventDefault(); zone.classList.add('over') })
  for (const n of ['dragleave', 'drop']) zone.addEventListener(n, () => zone.classList.remove('over'))
  zone.addEventListener('drop', e => { e.preventDefault(); input.files = e.dataTransfer.files; input.form.requestSubmit() })
  input.addEventListener('change', () => { if (input.files.length) input.form.requestSubmit() })
}

// Keys. Single keys rest while typing, in dialogs, and when switched off in the settings.
const typing = t => t.closest?.('input:not([type=checkbox]),textarea,select,[contenteditable],[role=textbox],dialog')
const GO = { t: '/', g: '/gap', p: '/prospects', b: '/batches', i: '/inbox', l: '/links', r: '/report' }
let pending = ''
document.addEventListener('keydown', e => {
  if ((e.metaKey || e.ctrlKey) && e.key === 'k') { e.preventDefault(); $('#cmd')?.showModal(); $('#cmd input')?.focus(); return }
  if ((e.metaKey || e.ctrlKey) && e.key === 'Enter') { const f = e.target.form; if (f) { e.preventDefault(); f.requestSubmit($('[data-send]', f) || undefined) } return }
  if (typing(e.target) || e.metaKey || e.ctrlKey || e.altKey || document.body.dataset.keys === 'off') return
  const key = e.key.length === 1 ? e.key.toLowerCase() : e.key
  if (pending === 'g') { pending = ''; if (GO[key]) { e.preventDefault(); location.href = GO[key] } return }
  if (key === '?') { $('#help')?.showModal(); return }
  const hot = $(`[data-key="${CSS.escape(e.key)}"]`) || $(`[data-key="${CSS.escape(key)}"]`) || $(`[data-key="${CSS.escape(key.toUpperCase())}"]`)
  if (rowKey(e, key)) return
  if (hot && !(key === 'Enter' && e.target.closest('a,button,summary'))) { e.preventDefault(); hot.focus?.(); hot.click(); return }
  if (key === 'g') { pending = 'g'; setTimeout(() => { pending = '' }, 1200) }
})
function rowKey(e, key) {
  const rows = $$('[data-rows] tbody tr'); if (!rows.length) return false
  const i = rows.findIndex(r => r.classList.contains('cur'))
  const go = n => {
    rows[i]?.classList.remove('cur')
    const row = rows[Math.max(0, Math.min(rows.length - 1, n))]
    row.classList.add('cur'); row.scrollIntoView({ block: 'nearest' }); $('.dom', row)?.focus({ preventScroll: true })
  }
  if (key === 'j') { go(i + 1); return true }
  if (key === 'k') { go(i - 1); return true }
  if (i < 0) return false
  if (key === 'x') { const c = $('[type=checkbox]', rows[i]); if (c) { c.checked = !c.checked; mark(c); count() } return true }
  if (key === ' ') {
    const a = $('.dom[href]', rows[i])
    if (a && window.htmx) { e.preventDefault(); const url = new URL(a.href); url.searchParams.set('peek', '1'); window.htmx.ajax('GET', url.pathname + url.search, { target: '#drawer-body', swap: 'innerHTML' }); $('#drawer').showModal() }
    return true
  }
  return false
}

// Seconds for which this page is in front of somebody who moves, types or scrolls; told once a minute, nothing else is.
function countTime(link) {
  let seconds = 0, moved = Date.now()
  const tell = () => {
    if (!seconds) return
    const data = new FormData()
    data.set('seconds', seconds); data.set('csrf_token', $('meta[name=csrf]')?.content ?? '')
    navigator.sendBeacon(link.dataset.effort, data); seconds = 0
  }
  for (const n of ['pointermove', 'pointerdown', 'keydown', 'scroll']) addEventListener(n, () => { moved = Date.now() }, { passive: true, capture: true })
  setInterval(() => {
    if (document.visibilityState === 'visible' && document.hasFocus() && Date.now() - moved < 60000) seconds++
    if (seconds >= 60) tell()
  }, 1000)
  addEventListener('pagehide', tell)
  document.addEventListener('visibilitychange', () => { if (document.visibilityState === 'hidden') tell() })
}
document.addEventListener('DOMContentLoaded', () => { const link = $('[data-effort]'); if (link) countTime(link) })
