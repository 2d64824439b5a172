import type { ProfileAnswer } from './act-on-profile.ts'

/** What was wrong with the fields of one form. */
export const problemsOf = (answer: ProfileAnswer | undefined, intent: string): Record<string, string> =>
  answer && 'problems' in answer && answer.intent === intent ? answer.problems : {}

export const isSaved = (answer: ProfileAnswer | undefined, intent: string): boolean =>
  answer !== undefined && 'saved' in answer && answer.intent === intent
