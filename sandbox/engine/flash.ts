import { randomBytes } from 'node:crypto'

export type Tone = 'good' | 'bad' | 'note' | 'warn'
export interface Flash {
  tone: Tone
  text: string
}

const kept = 100

/**
 * Messages that survive one redirect. The address carries only a random name, so that nobody can put words into
 * the sandbox's mouth with a link.
 */
export function startFlashes() {
  const messages = new Map<string, Flash>()
  return {
    /** Stores a message and returns its name. */
    put: (flash: Flash): string => {
      const name = randomBytes(9).toString('base64url')
      messages.set(name, flash)
      const oldest = messages.keys().next().value
      if (messages.size > kept && oldest) messages.delete(oldest)
      return name
    },
    take: (name: string): Flash | undefined => {
      const flash = messages.get(name)
      messages.delete(name)
      return flash
    },
  }
}

export type Flashes = ReturnType<typeof startFlashes>
