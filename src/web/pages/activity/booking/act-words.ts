/** What a user can ask for on a booking's page; `do=` in the address opens its form. */
export const userActs = ['cancel', 'approve', 'no-show', 'reassign'] as const
export type UserAct = (typeof userActs)[number]

export const asUserAct = (text: string | null): UserAct | undefined => userActs.find((act) => act === text)

/** What to tell once it is done. */
export const doneInWords: Record<UserAct, string> = {
  cancel: 'Canceled. The customer is told by mail.',
  approve: 'Approved. The booking is scheduled and the customer is told by mail.',
  'no-show': 'Set to No-show.',
  reassign: 'Handed over. The new owner is told by mail.',
}
