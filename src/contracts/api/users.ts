import { z } from 'zod'
import { deletedOf, idOf, TimeZoneShape } from './values.ts'

export const UserShape = z
  .strictObject({
    object: z.literal('user'),
    id: idOf('USR'),
    first_name: z.string(),
    last_name: z.string(),
    email: z.string(),
    status: z.enum(['active', 'invited']),
    role_name: z.enum(['Account Owner', 'Administrator', 'Member', 'Team Manager']),
    timezone: TimeZoneShape,
    teams: z.array(idOf('TM')),
  })
  .meta({ id: 'User' })
export const DeletedUserShape = deletedOf('user', 'USR')
