// Keeps parts of a page up to date: each element with data-live="address" is fetched again when the sandbox says
// that something changed. Everything works without this script; then pages show news when they are loaded again.
const parts = [...document.querySelectorAll('[data-live]')]

// How to find the same link or button again after its part was drawn anew.
const nameOf = (element) => element?.getAttribute('href') ?? element?.form?.action ?? element?.textContent

async function refresh(part) {
  const answer = await fetch(part.dataset.live)
  if (!answer.ok) return
  const text = await answer.text()
  if (part.dataset.shown === text) return
  part.dataset.shown = text
  const focusedName = part.contains(document.activeElement) ? nameOf(document.activeElement) : null
  const opened = new Set([...part.querySelectorAll('details[open] > summary')].map(nameOf))
  part.innerHTML = text
  for (const summary of part.querySelectorAll('details > summary')) {
    if (opened.has(nameOf(summary))) summary.parentElement.open = true
  }
  if (focusedName) {
    const same = [...part.querySelectorAll('a, button, summary')].find((one) => nameOf(one) === focusedName)
    same?.focus({ preventScroll: true })
  }
}

let isRefreshing = false
let isStale = false
async function refreshAll() {
  if (isRefreshing) {
    isStale = true
    return
  }
  isRefreshing = true
  do {
    isStale = false
    await Promise.allSettled(parts.map(refresh))
  } while (isStale)
  isRefreshing = false
}

if (parts.length > 0) {
  const events = new EventSource('/events')
  events.addEventListener('message', refreshAll)
  // What happened between drawing the page and opening the stream must not be missed.
  events.addEventListener('open', refreshAll)
}

// A message from the last step is shown once; without its name in the address a reload does not ask for it again.
const address = new URL(location.href)
if (address.searchParams.has('flash')) {
  address.searchParams.delete('flash')
  history.replaceState(null, '', address)
}
