import { createSign, generateKeyPairSync } from 'node:crypto'
import ipaddr from 'ipaddr.js'

/** A self-signed certificate, written by hand in DER because Node reads certificates but does not make them. */
export function aCertificate(wanted: {
  names: string[]
  addresses?: string[]
  from?: number
  until?: number
}) {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const der = (tag: number, ...parts: Uint8Array[]): Buffer => {
    const content = Buffer.concat(parts)
    const { length } = content
    const size = length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 255]
    return Buffer.concat([Buffer.from([tag, ...size]), content])
  }
  const text = (tag: number, value: string) => der(tag, Buffer.from(value))
  const oid = (...bytes: number[]) => der(0x06, Buffer.from(bytes))
  const time = (fromNow: number) =>
    text(0x18, `${new Date(Date.now() + fromNow).toISOString().replaceAll(/[-:T]|\.\d+/g, '')}`)
  const algorithm = der(0x30, oid(0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02))
  const name = der(0x30, der(0x31, der(0x30, oid(0x55, 0x04, 0x03), text(0x0c, wanted.names[0] ?? ''))))
  const names = der(
    0x30,
    ...wanted.names.map((value) => text(0x82, value)),
    ...(wanted.addresses ?? []).map((value) => der(0x87, Buffer.from(ipaddr.parse(value).toByteArray()))),
  )
  const extensions = der(0xa3, der(0x30, der(0x30, oid(0x55, 0x1d, 0x11), der(0x04, names))))
  const toSign = der(
    0x30,
    der(0xa0, der(0x02, Buffer.from([2]))),
    der(0x02, Buffer.from([1])),
    algorithm,
    name,
    der(0x30, time(wanted.from ?? -86_400_000), time(wanted.until ?? 86_400_000)),
    name,
    publicKey.export({ type: 'spki', format: 'der' }),
    extensions,
  )
  const signature = createSign('sha256').update(toSign).sign(privateKey)
  const whole = der(0x30, toSign, algorithm, der(0x03, Buffer.from([0]), signature))
  return {
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }) as string,
    cert: `-----BEGIN CERTIFICATE-----\n${whole.toString('base64').replaceAll(/.{1,64}/g, '$&\n')}-----END CERTIFICATE-----\n`,
  }
}
