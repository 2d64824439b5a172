// Draws the reference. The key that a reader enters stays in this tab and is forgotten with it.
window.SwaggerUIBundle({
  url: '/v2/openapi.json',
  dom_id: '#reference',
  // Links of its own inside of its buttons: no keyboard and no screen reader tells them apart.
  deepLinking: false,
  defaultModelsExpandDepth: 0,
  displayRequestDuration: true,
  docExpansion: 'list',
  persistAuthorization: false,
  // The viewer's own service would be told the address.
  validatorUrl: null,
  onComplete: () => document.getElementById('servers')?.setAttribute('aria-label', 'Server'),
})
