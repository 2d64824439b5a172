import { redirect } from 'react-router'

/** The key comes first: without one there are no Zaps to add or to manage. */
export const loader = () => redirect('/settings/other/zapier/api-key')
