// Zapier ships no types for this package; only the part the tests call is written down here.
declare module 'zapier-platform-schema' {
  export const validateAppDefinition: (definition: object) => { errors: unknown[] }
}
