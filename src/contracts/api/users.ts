import { z } from 'zod'
import { endpoint, keyReused } from './endpoint.ts'
import { bodyText, deletedOf, idOf, listOf, paging, QueryText, show, TimeZoneShape } from './values.ts'

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

const area = 'Users'
const noun = 'user'

/** Roles that can be given; there is one owner. A team manager is taken as a Member: teams have no managers here. */
const roles = ['Administrator', 'Member', 'Team Manager'] as const

const namePart = bodyText(100, { least: 1 }).refine((text) => !/[\n\r\t<>{}[\]\\|]/.test(text), {
  error: ({ input }) => `can have letters, digits and common signs only, not ${show(input)}`,
})
const Role = z
  .enum(roles, {
    error: ({ input }) => `must be one of ${roles.join(', ')}, not ${show(input)}`,
  })
  .meta({ description: 'Team Manager is taken as Member: teams have no managers here' })
const Teams = z
  .array(z.string({ error: 'must be a list of ids of teams' }).max(100, { error: 'must be ids of teams' }), {
    error: 'must be a list of ids of teams',
  })
  .max(500, { error: 'can be at most 500' })

const wrongInput = [
  { status: 400 as const, param: 'role_name', when: `it is none of ${roles.join(', ')}` },
  { status: 400 as const, param: 'teams', when: 'it is no list of ids, or a team does not exist' },
  { status: 400 as const, param: 'id', when: 'it, or anything else that cannot be set, is given' },
]
const ownerStays = { status: 403 as const, param: 'id', when: 'the user is the account owner' }

export const listUsers = endpoint({
  method: 'GET',
  path: '/users',
  name: 'listUsers',
  area,
  summary: 'List users',
  description: 'Newest first by creation.',
  need: 'read',
  query: z.object({
    ...paging,
    email: QueryText.meta({ description: 'The e-mail address, compared without case' }),
  }),
  status: 200,
  answer: listOf('User', UserShape),
  isList: true,
  refusals: [],
})

export const getUser = endpoint({
  method: 'GET',
  path: '/users/{id}',
  name: 'getUser',
  area,
  noun,
  summary: 'Get a user',
  need: 'read',
  status: 200,
  answer: z.union([UserShape, DeletedUserShape]),
  refusals: [],
})

export const createUser = endpoint({
  method: 'POST',
  path: '/users',
  name: 'createUser',
  area,
  summary: 'Invite a user',
  description:
    'The user gets a mail with a link to choose a password, and a booking page. Done in the name of the account owner. There are no team managers here: that role is refused.',
  need: 'write',
  body: z.strictObject({
    email: z
      .string({ error: 'must be an e-mail address' })
      .trim()
      .max(254, { error: 'can have at most 254 characters' })
      .pipe(z.email({ error: 'must be an e-mail address' })),
    first_name: namePart,
    last_name: namePart,
    role_name: Role.nullish().meta({ default: 'Member' }),
    teams: Teams.nullish(),
  }),
  status: 200,
  answer: UserShape,
  idempotent: 'by-answer',
  refusals: [
    keyReused,
    { status: 400, param: 'email', when: 'it is missing, no address, or somebody has it already' },
    { status: 400, param: 'first_name', when: 'it is missing, or has characters that names do not have' },
    {
      status: 400,
      param: 'last_name',
      when: 'it is missing, has characters that names do not have, or the whole name has over 100 characters',
    },
    ...wrongInput,
  ],
})

export const updateUser = endpoint({
  method: 'PATCH',
  path: '/users/{id}',
  name: 'updateUser',
  area,
  noun,
  summary: 'Change a user',
  description: 'What is not given stays; `teams` takes the place of all former ones.',
  need: 'write',
  body: z.strictObject({
    first_name: namePart.optional(),
    last_name: namePart.optional(),
    role_name: Role.optional(),
    teams: Teams.optional(),
  }),
  status: 200,
  answer: UserShape,
  refusals: [
    { status: 400, param: 'body', when: 'there is nothing to change' },
    {
      status: 400,
      param: 'first_name',
      when: 'it is empty, has characters that names do not have, or the whole name has over 100 characters',
    },
    { status: 400, param: 'last_name', when: 'the same' },
    ...wrongInput,
    ownerStays,
    { status: 410, param: 'id', when: 'the user was deleted' },
  ],
})

export const deleteUser = endpoint({
  method: 'DELETE',
  path: '/users/{id}',
  name: 'deleteUser',
  area,
  noun,
  summary: 'Delete a user',
  description: 'The user’s booking pages go to the account owner. Bookings stay as agreed.',
  need: 'write',
  status: 200,
  answer: DeletedUserShape,
  refusals: [ownerStays],
})
