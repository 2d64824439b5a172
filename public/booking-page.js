// @ts-check
/*
 * What makes the public booking pages more pleasant. Everything works without it: each part only saves a step.
 * Served as it is, to every browser; so it is plain and small.
 */

sendZoneOnChoice()
sendOnce()
focusOnNotice()

/**
 * Choosing a zone by mouse or touch changes it at once. By keyboard the choice is walked through one by one, so there
 * the button has to be pressed: a page that changes under one's fingers would be a nuisance (WCAG 3.2.2).
 */
function sendZoneOnChoice() {
  const form = document.querySelector('form[data-zone-form]')
  if (!(form instanceof HTMLFormElement)) return
  let byKeyboard = false
  form.addEventListener('keydown', () => {
    byKeyboard = true
  })
  form.addEventListener('pointerdown', () => {
    byKeyboard = false
  })
  form.addEventListener('change', () => {
    if (!byKeyboard) form.requestSubmit()
  })
}

/** A second press while the first is under way does nothing. The server would book once all the same. */
function sendOnce() {
  const form = document.querySelector('form[data-once]')
  if (!(form instanceof HTMLFormElement)) return
  const button = form.querySelector('button[type=submit]')
  let isSent = false
  form.addEventListener('submit', (submit) => {
    if (isSent) submit.preventDefault()
    isSent = true
    button?.setAttribute('aria-disabled', 'true')
  })
  // Coming back by the browser's own button finds the form as it was left.
  addEventListener('pageshow', () => {
    isSent = false
    button?.removeAttribute('aria-disabled')
  })
}

/** After a form was sent back, what has to be mended is read and seen first. */
function focusOnNotice() {
  const notice = document.querySelector('[data-focus]')
  if (notice instanceof HTMLElement) notice.focus()
}
