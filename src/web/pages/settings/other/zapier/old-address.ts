import { redirect } from 'react-router'

/** Where the Zapier page was before it moved to Other settings; links and bookmarks still lead here. */
export const loader = () => redirect('/settings/other/zapier', 301)
