import { index, layout, type RouteConfig, route } from '@react-router/dev/routes'

/** Every page and its address: the site map. */
export default [
  route('set-up', 'pages/set-up/page.tsx'),
  route('sign-in', 'pages/sign-in/page.tsx'),
  route('sign-out', 'pages/sign-out/page.ts'),
  route('invitation/:token', 'pages/invitation/page.tsx'),
  route('reset-password', 'pages/reset-password/page.tsx'),
  route('reset-password/:token', 'pages/reset-password/new-password/page.tsx'),

  layout('pages/app-frame/layout.tsx', [
    index('pages/activity/page.tsx'),
    route('activity/:bookingId', 'pages/activity/booking/page.tsx'),
    route('booking-pages', 'pages/booking-pages/page.tsx'),
    route('booking-pages/new', 'pages/booking-pages/new/page.tsx'),
    route('booking-pages/:pageId', 'pages/booking-pages/edit/layout.tsx', [
      index('pages/booking-pages/edit/overview/page.tsx'),
      route('event-types', 'pages/booking-pages/edit/event-types/page.tsx'),
      route('availability', 'pages/booking-pages/edit/availability/page.tsx'),
      route('scheduling', 'pages/booking-pages/edit/scheduling/page.tsx'),
      route('location', 'pages/booking-pages/edit/location/page.tsx'),
      route('public-content', 'pages/booking-pages/edit/public-content/page.tsx'),
    ]),
    route('event-types', 'pages/event-types/page.tsx'),
    route('event-types/:eventTypeId', 'pages/event-types/event-type/page.tsx'),
    route('booking-forms', 'pages/booking-forms/page.tsx'),
    route('booking-forms/:formId', 'pages/booking-forms/form/page.tsx'),
    route('categories', 'pages/categories/page.tsx'),
    route('my-hours', 'pages/my-hours/page.tsx'),
    route('profile', 'pages/profile/page.tsx'),
    route('users', 'pages/users/page.tsx'),
    route('users/teams', 'pages/users/teams/page.tsx'),
    route('users/teams/:teamId', 'pages/users/teams/team/page.tsx'),
    route('users/:userId', 'pages/users/user/page.tsx'),
    route('settings/other', 'pages/settings/other/layout.tsx', [
      index('pages/settings/other/page.tsx'),
      route('zapier', 'pages/settings/other/zapier/layout.tsx', [
        index('pages/settings/other/zapier/page.tsx'),
        route('add-zaps', 'pages/settings/other/zapier/add-zaps/page.tsx'),
        route('manage-zaps', 'pages/settings/other/zapier/manage-zaps/page.tsx'),
        route('manage-zaps/:subscriptionId', 'pages/settings/other/zapier/manage-zaps/zap/page.tsx'),
        route('api-key', 'pages/settings/other/zapier/api-key/page.tsx'),
      ]),
      layout('pages/settings/other/api/layout.tsx', [
        route('api', 'pages/settings/other/api/keys/page.tsx'),
        route('api/webhooks', 'pages/settings/other/api/webhooks/page.tsx'),
        route('api/webhooks/:webhookId', 'pages/settings/other/api/webhooks/webhook/page.tsx'),
      ]),
      route('deliveries', 'pages/settings/other/deliveries/layout.tsx', [
        index('pages/settings/other/deliveries/page.tsx'),
        route('last-day', 'pages/settings/other/deliveries/last-day/page.tsx'),
      ]),
      route('mailbox', 'pages/settings/other/mailbox/page.tsx'),
      route('mailbox/:mailId', 'pages/settings/other/mailbox/mail/page.tsx'),
    ]),
  ]),
  route('mailbox/:mailId/:part', 'pages/settings/other/mailbox/mail/part.ts'),
  route('Integration-Zapier.aspx', 'pages/settings/other/zapier/old-address.ts'),

  route('page-image/:pageId/:hash', 'pages/public/page-image.ts'),

  // Public pages: no UI kit, no hydration, everything by links and forms.
  layout('pages/public/layout.tsx', [
    route('my-booking/:bookingId/:signature', 'pages/public/my-booking/page.tsx'),
    route(':slug', 'pages/public/booking-page/page.tsx'),
    route(':slug/:eventType', 'pages/public/pick-time/page.tsx'),
    route(':slug/:eventType/:start', 'pages/public/provide-information/page.tsx'),
  ]),
  route('*', 'pages/not-found/page.tsx'),
] satisfies RouteConfig
