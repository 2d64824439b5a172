import { expect, test } from 'vitest'
import { apiDocumentText } from '#http/api/document.ts'
import { buildApp } from '#http/build-app.ts'
import { openApiHouse } from './api-house.ts'

test('the OpenAPI document and its reference are there for everybody, and nothing else of their folders', async () => {
  const house = await openApiHouse()
  const app = await buildApp({
    deps: house,
    signIn: undefined as never,
    refusalOfTarget: () => undefined,
    probes: {},
    sandboxUrl: undefined,
    trustProxy: false,
    logLevel: 'silent',
  })
  const get = (url: string, headers = {}) => app.inject({ url, headers })

  const told = await get('/v2/openapi.json')
  expect(told.statusCode).toBe(200)
  expect(told.headers['cache-control']).toBe('public, max-age=300')
  expect(told.body).toBe(apiDocumentText())
  expect(told.json().info.version).toBe('2.0.0')
  const again = await get('/v2/openapi.json', { 'if-none-match': told.headers.etag })
  expect([again.statusCode, again.body]).toEqual([304, ''])
  expect((await get('/v2/openapi')).statusCode).toBe(401)

  const page = await get('/api-reference')
  expect(page.headers['content-security-policy']).toContain("connect-src 'self'")
  for (const [, link = ''] of page.body.matchAll(/(?:href|src)="(\/api-reference\/[^"]+)"/g))
    expect([link, (await get(link)).statusCode]).toEqual([link, 200])
  expect((await get('/api-reference/')).headers.location).toBe('/api-reference')
  for (const path of [
    'index.html',
    'page.html',
    'swagger-ui-bundle.js.map',
    '../api/routes.ts',
    '%2e%2e/web.ts',
  ])
    expect([path, (await get(`/api-reference/${path}`)).statusCode]).toEqual([path, 404])
  await app.close()
})
