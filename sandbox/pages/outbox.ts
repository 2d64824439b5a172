import type { FastifyInstance } from 'fastify'
import { type Context, show } from './context.ts'
import { type Html, html } from './html.ts'
import { code, notice, time } from './layout.ts'
import { zapName } from './words.ts'

/** The mails that Zaps wrote. They stay here: the sandbox has no mail server and sends nothing. */
export function outboxRoutes(app: FastifyInstance, context: Context): void {
  const { store } = context.deps

  const mails = (): Html => {
    const found = store.listOutbox()
    if (found.length === 0) {
      return html`<div class="empty"><h2>No mails yet</h2><p>A Zap with the action "Write a mail" puts its mails here.</p></div>`
    }
    return html`<ol class="log">${found.map((mail) => {
      const zap = store.findZap(mail.zapId)
      return html`<li><h2>${mail.subject || 'No subject'}</h2>
        <p>To ${mail.to}</p>
        <p class="quiet">${time(mail.madeAt)}${zap ? html`, by <a href="/zaps/${zap.id}">${zapName(zap)}</a>` : ', by a Zap that was deleted'}</p>
        ${code(`Text of mail ${mail.id}`, mail.text)}</li>`
    })}</ol>`
  }

  app.get('/outbox', (request, reply) =>
    show(context, request, reply, {
      title: 'Mail outbox',
      body: html`<div class="head"><h1>Mail outbox</h1></div>
        ${notice('note', 'These mails were written by Zaps and are kept on this computer. The sandbox sends no mail, so nobody has received them. The last 200 are kept.')}
        <div data-live="/outbox/part">${mails()}</div>`,
    }),
  )

  app.get('/outbox/part', (_request, reply) => reply.type('text/html; charset=utf-8').send(mails().text))
}
