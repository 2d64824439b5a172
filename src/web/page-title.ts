/** The document's title: the most special first, the product last. */
export const pageTitle = (...parts: string[]) => [{ title: [...parts, 'Hourwire'].join(' · ') }]
