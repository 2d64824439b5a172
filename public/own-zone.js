// @ts-check
/*
 * A visitor's first page is in the page's zone. Where the browser's is another, the page is loaded again in that one.
 * Loaded by a plain script element in front of what can be pressed, which the browser runs before it shows the rest: a
 * page that went away under a finger would take the press with it.
 */
{
  const guessed = document.currentScript?.dataset.guessedZone
  const own = Intl.DateTimeFormat().resolvedOptions().timeZone
  const address = new URL(location.href)
  // Once in the address it is never set again: a zone that the server does not know must not go round in circles.
  if (guessed && own && !address.searchParams.has('zone')) {
    address.searchParams.set('zone', own)
    if (own === guessed) history.replaceState(history.state, '', address)
    else location.replace(address)
  }
}
