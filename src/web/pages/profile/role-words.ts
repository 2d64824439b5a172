export const roleNames = { administrator: 'Administrator', member: 'Member' } as const

export const roleWords = {
  administrator:
    'Sees and edits all booking pages and bookings of the account, invites users, and may let Zaps act on all pages.',
  member: 'Sees the own booking pages, those they edit, and their bookings. Zaps act on own pages only.',
} as const

export const lastAdministratorWords =
  'No other Administrator has signed in yet, so this one has to stay. Make somebody else an Administrator first.'
