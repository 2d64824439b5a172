import type { Trigger } from '#domain/webhooks/subscription.ts'

/** An app that a Zap of ours can act in, with its place among the popular ones. */
export interface ZapApp {
  id: string
  name: string
  rank: number
  /** What Zapier calls it in addresses, where Zapier itself publishes that. */
  zapierKey?: string
}

/** A condition of the step "Filter by Zapier": the Zap goes on only where it holds. */
export interface ZapFilter {
  key: string
  condition: 'exactly matches' | 'does not exactly match' | 'exists'
  value: string
}

/** One action of a Zap: what it is called in that app, and what goes into which of its fields (`{{key}}` is a field of the item). */
export interface ZapStep {
  app: string
  action: string
  fields: (readonly [name: string, value: string])[]
}

/** A Zap to begin with: trigger, perhaps a filter, and one action or more, with their fields filled. */
export interface ZapTemplate {
  id: string
  title: string
  trigger: Trigger
  filter?: ZapFilter
  steps: ZapStep[]
  /** 1 is the most popular. */
  rank: number
}

const app = (id: string, name: string, zapierKey?: string) => ({ id, name, ...(zapierKey && { zapierKey }) })

/** In order of popularity. The keys are the ones Zapier publishes (github.com/zapier/connectors, and its page on pre-filled Zaps). */
export const zapApps: readonly ZapApp[] = [
  app('google-sheets', 'Google Sheets', 'GoogleSheetsV2CLIAPI'),
  app('slack', 'Slack'),
  app('hubspot', 'HubSpot'),
  app('mailchimp', 'Mailchimp', 'MailchimpCLIAPI'),
  app('gmail', 'Gmail'),
  app('zoom', 'Zoom'),
  app('activecampaign', 'ActiveCampaign'),
  app('google-contacts', 'Google Contacts', 'GoogleContactsCLIAPI'),
  app('email', 'Email by Zapier'),
  app('microsoft-outlook', 'Microsoft Outlook'),
  app('google-calendar', 'Google Calendar'),
  app('pipedrive', 'Pipedrive'),
  app('notion', 'Notion', 'NotionCLIAPI'),
  app('airtable', 'Airtable'),
  app('salesforce', 'Salesforce'),
  app('trello', 'Trello'),
  app('microsoft-teams', 'Microsoft Teams'),
  app('webhooks', 'Webhooks by Zapier'),
  app('asana', 'Asana'),
  app('microsoft-excel', 'Microsoft Excel'),
  app('twilio', 'Twilio'),
  app('stripe', 'Stripe'),
  app('todoist', 'Todoist'),
  app('clickup', 'ClickUp'),
  app('monday', 'monday.com'),
  app('brevo', 'Brevo'),
  app('google-tasks', 'Google Tasks'),
  app('zendesk', 'Zendesk'),
  app('quickbooks', 'QuickBooks Online'),
  app('discord', 'Discord'),
].map((each, index) => ({ ...each, rank: index + 1 }))

/** The most popular first. */
const inOrder: Omit<ZapTemplate, 'rank'>[] = [
  {
    id: 'bookings-to-google-sheets',
    title: 'Keep a row in Google Sheets for every new booking',
    trigger: 'booking_scheduled',
    steps: [
      {
        app: 'google-sheets',
        action: 'Create Spreadsheet Row',
        fields: [
          ['Booking', '{{booking_id}}'],
          ['Start', '{{booking_starts_at_owner_zone}}'],
          ['Minutes', '{{booking_duration_minutes}}'],
          ['Meeting', '{{booking_subject}}'],
          ['Customer', '{{customer_name}}'],
          ['Email', '{{customer_email}}'],
          ['Answers', '{{booking_answers}}'],
        ],
      },
    ],
  },
  {
    id: 'bookings-to-slack',
    title: 'Tell a Slack channel about every new booking',
    trigger: 'booking_scheduled',
    steps: [
      {
        app: 'slack',
        action: 'Send Channel Message',
        fields: [
          [
            'Message Text',
            '{{customer_name}} booked {{booking_subject}} with {{booking_page_owner}}: {{booking_meeting_time_owner_zone}}',
          ],
        ],
      },
    ],
  },
  {
    id: 'bookings-to-hubspot',
    title: 'Create or update a HubSpot contact when somebody books',
    trigger: 'booking_scheduled',
    steps: [
      {
        app: 'hubspot',
        action: 'Create or Update Contact',
        fields: [
          ['Contact Email', '{{customer_email}}'],
          ['First Name', '{{customer_first_name}}'],
          ['Last Name', '{{customer_last_name}}'],
          ['Company Name', '{{customer_company}}'],
          ['Phone Number', '{{customer_phone_e164}}'],
        ],
      },
    ],
  },
  {
    id: 'contacts-to-mailchimp',
    title: 'Subscribe new contacts to a Mailchimp audience',
    trigger: 'contact_captured',
    steps: [
      {
        app: 'mailchimp',
        action: 'Add/Update Subscriber',
        fields: [
          ['Subscriber Email', '{{contact_email}}'],
          ['First Name', '{{contact_first_name}}'],
          ['Last Name', '{{contact_last_name}}'],
        ],
      },
    ],
  },
  {
    id: 'bookings-to-gmail-draft',
    title: 'Prepare a Gmail draft with what a customer should bring',
    trigger: 'booking_scheduled',
    steps: [
      {
        app: 'gmail',
        action: 'Create Draft',
        fields: [
          ['To', '{{customer_email}}'],
          ['Subject', 'Before we meet: {{booking_subject}}'],
          [
            'Body',
            'Hello {{customer_first_name}}, we meet on {{booking_meeting_time_customer_zone}} ({{customer_time_zone}}). You can join here: {{join_link}}. To change the time: {{cancel_reschedule_customer_link}}',
          ],
        ],
      },
    ],
  },
  {
    id: 'bookings-to-zoom',
    title: 'Make a Zoom meeting for every new booking',
    trigger: 'booking_scheduled',
    steps: [
      {
        app: 'zoom',
        action: 'Create Meeting',
        fields: [
          ['Topic', '{{booking_subject}} with {{customer_name}}'],
          ['When', '{{booking_starts_at}}'],
          ['Duration (in minutes)', '{{booking_duration_minutes}}'],
          ['Agenda', '{{booking_summary_short}}'],
        ],
      },
    ],
  },
  {
    id: 'bookings-to-activecampaign',
    title: 'Put everybody who books into ActiveCampaign',
    trigger: 'booking_scheduled',
    steps: [
      {
        app: 'activecampaign',
        action: 'Create/Update Contact',
        fields: [
          ['Email Address', '{{customer_email}}'],
          ['First Name', '{{customer_first_name}}'],
          ['Last Name', '{{customer_last_name}}'],
          ['Phone', '{{customer_phone_e164}}'],
        ],
      },
    ],
  },
  {
    id: 'completed-to-gmail',
    title: 'Thank customers by Gmail after the meeting',
    trigger: 'booking_completed',
    steps: [
      {
        app: 'gmail',
        action: 'Send Email',
        fields: [
          ['To', '{{customer_email}}'],
          ['Subject', 'Thank you for your time, {{customer_first_name}}'],
          [
            'Body',
            'It was good to talk about {{booking_subject}}. For another meeting: {{booking_page_public_link}}',
          ],
        ],
      },
    ],
  },
  {
    id: 'contacts-to-google-contacts',
    title: 'Save new contacts in Google Contacts',
    trigger: 'contact_captured',
    steps: [
      {
        app: 'google-contacts',
        action: 'Create Contact',
        fields: [
          ['First Name', '{{contact_first_name}}'],
          ['Last Name', '{{contact_last_name}}'],
          ['Email', '{{contact_email}}'],
          ['Phone', '{{contact_phone_e164}}'],
          ['Company', '{{contact_company}}'],
        ],
      },
    ],
  },
  {
    id: 'lifecycle-to-google-sheets',
    title: 'Log every change of every booking in Google Sheets',
    trigger: 'booking_lifecycle',
    steps: [
      {
        app: 'google-sheets',
        action: 'Create Spreadsheet Row',
        fields: [
          ['When', '{{occurred_at}}'],
          ['What', '{{event}}'],
          ['Booking', '{{booking_id}}'],
          ['Status', '{{booking_status}}'],
          ['Customer', '{{customer_name}}'],
          ['Start', '{{booking_starts_at_owner_zone}}'],
          ['Former start', '{{booking_former_starts_at}}'],
          ['Reason', '{{cancel_reschedule_reason}}'],
        ],
      },
    ],
  },
  {
    id: 'canceled-to-slack',
    title: 'Tell a Slack channel when a booking is canceled',
    trigger: 'booking_canceled',
    steps: [
      {
        app: 'slack',
        action: 'Send Channel Message',
        fields: [
          [
            'Message Text',
            'Canceled: {{booking_subject}} with {{customer_name}} on {{booking_starting_time_owner_zone}}. Reason: {{cancel_reschedule_reason}}',
          ],
        ],
      },
    ],
  },
  {
    id: 'bookings-to-email',
    title: 'Mail a colleague about every new booking',
    trigger: 'booking_scheduled',
    steps: [
      {
        app: 'email',
        action: 'Send Outbound Email',
        fields: [
          ['Subject', '{{customer_name}} booked {{booking_subject}}'],
          ['Body (HTML or Plain)', '{{booking_summary_long}}. In Hourwire: {{manage_link}}'],
        ],
      },
    ],
  },
  {
    id: 'bookings-to-google-calendar',
    title: 'Put new bookings into a shared Google Calendar',
    trigger: 'booking_scheduled',
    steps: [
      {
        app: 'google-calendar',
        action: 'Create Detailed Event',
        fields: [
          ['Summary', '{{booking_subject}}: {{customer_name}}'],
          ['Start Date & Time', '{{booking_starts_at}}'],
          ['End Date & Time', '{{booking_ends_at}}'],
          ['Location', '{{booking_location}}'],
          ['Description', '{{booking_summary_long}}'],
        ],
      },
    ],
  },
  {
    id: 'bookings-to-outlook',
    title: 'Put new bookings into a shared Outlook calendar',
    trigger: 'booking_scheduled',
    steps: [
      {
        app: 'microsoft-outlook',
        action: 'Create Event',
        fields: [
          ['Subject', '{{booking_subject}}: {{customer_name}}'],
          ['Start Date & Time', '{{booking_starts_at}}'],
          ['End Date & Time', '{{booking_ends_at}}'],
          ['Location', '{{booking_location}}'],
          ['Description', '{{booking_summary_long}}'],
        ],
      },
    ],
  },
  {
    id: 'bookings-to-pipedrive',
    title: 'Add an activity in Pipedrive for every new booking',
    trigger: 'booking_scheduled',
    steps: [
      {
        app: 'pipedrive',
        action: 'Create Activity',
        fields: [
          ['Subject', '{{booking_subject}} with {{customer_name}}'],
          ['Due Date', '{{booking_starts_at}}'],
          ['Duration', '{{booking_duration_minutes}}'],
          ['Note', '{{booking_summary_long}}'],
        ],
      },
    ],
  },
  {
    id: 'no-show-to-hubspot-and-slack',
    title: 'Note a no-show in HubSpot and tell the team in Slack',
    trigger: 'booking_no_show',
    steps: [
      {
        app: 'hubspot',
        action: 'Create or Update Contact',
        fields: [
          ['Contact Email', '{{customer_email}}'],
          ['Message', 'Missed {{booking_subject}} on {{booking_starts_at}}'],
        ],
      },
      {
        app: 'slack',
        action: 'Send Channel Message',
        fields: [
          [
            'Message Text',
            '{{customer_name}} did not come to {{booking_subject}}. Phone: {{customer_phone_e164}}',
          ],
        ],
      },
    ],
  },
  {
    id: 'completed-to-mailchimp',
    title: 'Subscribe customers to Mailchimp once they were there',
    trigger: 'booking_completed',
    steps: [
      {
        app: 'mailchimp',
        action: 'Add/Update Subscriber',
        fields: [
          ['Subscriber Email', '{{customer_email}}'],
          ['First Name', '{{customer_first_name}}'],
          ['Last Name', '{{customer_last_name}}'],
          ['Tags', '{{event_type_name}}'],
        ],
      },
    ],
  },
  {
    id: 'bookings-to-notion',
    title: 'Add new bookings to a Notion database',
    trigger: 'booking_scheduled',
    steps: [
      {
        app: 'notion',
        action: 'Create Database Item',
        fields: [
          ['Name', '{{booking_subject}}: {{customer_name}}'],
          ['Date', '{{booking_starts_at}}'],
          ['Email', '{{customer_email}}'],
          ['Notes', '{{booking_answers}}'],
        ],
      },
    ],
  },
  {
    id: 'bookings-to-airtable',
    title: 'Create an Airtable record for every new booking',
    trigger: 'booking_scheduled',
    steps: [
      {
        app: 'airtable',
        action: 'Create Record',
        fields: [
          ['Booking', '{{booking_id}}'],
          ['Customer', '{{customer_name}}'],
          ['Email', '{{customer_email}}'],
          ['Start', '{{booking_starts_at}}'],
          ['Event type', '{{event_type_name}}'],
        ],
      },
    ],
  },
  {
    id: 'rescheduled-to-google-calendar',
    title: 'Show moved meetings in a shared Google Calendar',
    trigger: 'booking_rescheduled',
    steps: [
      {
        app: 'google-calendar',
        action: 'Create Detailed Event',
        fields: [
          ['Summary', 'Moved: {{booking_subject}}, {{customer_name}}'],
          ['Start Date & Time', '{{booking_starts_at}}'],
          ['End Date & Time', '{{booking_ends_at}}'],
          ['Description', 'Was {{booking_former_start}}. {{cancel_reschedule_summary_long}}'],
        ],
      },
    ],
  },
  {
    id: 'bookings-to-salesforce',
    title: 'Create a Salesforce lead when somebody books',
    trigger: 'booking_scheduled',
    filter: { key: 'customer_company', condition: 'exists', value: '' },
    steps: [
      {
        app: 'salesforce',
        action: 'Create Record (Lead)',
        fields: [
          ['Last Name', '{{customer_last_name}}'],
          ['First Name', '{{customer_first_name}}'],
          ['Company', '{{customer_company}}'],
          ['Email', '{{customer_email}}'],
          ['Phone', '{{customer_phone_e164}}'],
          ['Description', '{{booking_summary_long}}'],
        ],
      },
    ],
  },
  {
    id: 'bookings-to-trello',
    title: 'Create a Trello card to prepare every meeting',
    trigger: 'booking_scheduled',
    steps: [
      {
        app: 'trello',
        action: 'Create Card',
        fields: [
          ['Name', 'Prepare {{booking_subject}} with {{customer_name}}'],
          ['Description', '{{booking_summary_long}}'],
          ['Due Date', '{{booking_starts_at}}'],
        ],
      },
    ],
  },
  {
    id: 'bookings-to-teams',
    title: 'Post new bookings in a Microsoft Teams channel',
    trigger: 'booking_scheduled',
    steps: [
      {
        app: 'microsoft-teams',
        action: 'Send Channel Message',
        fields: [
          [
            'Message Text',
            '{{customer_name}} booked {{booking_subject}}: {{booking_meeting_time_owner_zone}}',
          ],
        ],
      },
    ],
  },
  {
    id: 'lifecycle-to-webhooks',
    title: 'Post every change of a booking to an address of yours',
    trigger: 'booking_lifecycle',
    steps: [
      {
        app: 'webhooks',
        action: 'POST',
        fields: [
          ['event_id', '{{id}}'],
          ['event', '{{event}}'],
          ['sequence', '{{sequence}}'],
          ['occurred_at', '{{occurred_at}}'],
          ['booking_id', '{{booking_id}}'],
          ['status', '{{booking_status}}'],
          ['starts_at', '{{booking_starts_at}}'],
          ['customer_email', '{{customer_email}}'],
        ],
      },
    ],
  },
  {
    id: 'canceled-to-asana',
    title: 'Create an Asana task to win back a canceled meeting',
    trigger: 'booking_canceled',
    filter: { key: 'cancel_reschedule_by_customer', condition: 'exists', value: '' },
    steps: [
      {
        app: 'asana',
        action: 'Create Task',
        fields: [
          ['Name', 'Call {{customer_name}} about {{booking_subject}}'],
          [
            'Notes',
            'Canceled by the customer. Reason: {{cancel_reschedule_reason}}. Phone: {{customer_phone_e164}}',
          ],
        ],
      },
    ],
  },
  {
    id: 'bookings-to-excel',
    title: 'Keep a row in Microsoft Excel for every new booking',
    trigger: 'booking_scheduled',
    steps: [
      {
        app: 'microsoft-excel',
        action: 'Add Row',
        fields: [
          ['Booking', '{{booking_id}}'],
          ['Start', '{{booking_starts_at_owner_zone}}'],
          ['Customer', '{{customer_name}}'],
          ['Email', '{{customer_email}}'],
          ['Phone', '{{customer_phone_e164}}'],
        ],
      },
    ],
  },
  {
    id: 'rescheduled-to-twilio',
    title: 'Text the customer the new time by Twilio',
    trigger: 'booking_rescheduled',
    filter: { key: 'customer_phone_e164', condition: 'exists', value: '' },
    steps: [
      {
        app: 'twilio',
        action: 'Send SMS',
        fields: [
          ['To Number', '{{customer_phone_e164}}'],
          ['Message', 'New time for {{booking_subject}}: {{booking_starting_time_customer_zone}}'],
        ],
      },
    ],
  },
  {
    id: 'canceled-rescheduled-to-slack',
    title: 'Tell a Slack channel when a booking gives way to another time',
    trigger: 'booking_canceled_rescheduled',
    steps: [
      {
        app: 'slack',
        action: 'Send Channel Message',
        fields: [
          [
            'Message Text',
            '{{booking_id}} of {{customer_name}} was given up for another time. {{cancel_reschedule_summary_short}}',
          ],
        ],
      },
    ],
  },
  {
    id: 'contact-updates-to-hubspot',
    title: 'Carry changed contact details over to HubSpot',
    trigger: 'contact_updated',
    steps: [
      {
        app: 'hubspot',
        action: 'Create or Update Contact',
        fields: [
          ['Contact Email', '{{contact_email}}'],
          ['First Name', '{{contact_first_name}}'],
          ['Last Name', '{{contact_last_name}}'],
          ['Company Name', '{{contact_company}}'],
          ['Phone Number', '{{contact_phone_e164}}'],
        ],
      },
    ],
  },
  {
    id: 'completed-to-stripe',
    title: 'Create a Stripe customer once the meeting is over',
    trigger: 'booking_completed',
    steps: [
      {
        app: 'stripe',
        action: 'Create Customer',
        fields: [
          ['Email', '{{customer_email}}'],
          ['Name', '{{customer_name}}'],
          ['Description', '{{booking_invoice_line_item}}'],
        ],
      },
    ],
  },
  {
    id: 'contact-lifecycle-to-airtable',
    title: 'Log new and changed contacts in Airtable',
    trigger: 'contact_lifecycle',
    steps: [
      {
        app: 'airtable',
        action: 'Create Record',
        fields: [
          ['Contact', '{{contact_id}}'],
          ['What', '{{event}}'],
          ['When', '{{occurred_at}}'],
          ['Name', '{{contact_name}}'],
          ['Email', '{{contact_email}}'],
          ['Changed', '{{contact_changed_fields}}'],
        ],
      },
    ],
  },
  {
    id: 'bookings-to-todoist',
    title: 'Add a Todoist task to prepare every meeting',
    trigger: 'booking_scheduled',
    steps: [
      {
        app: 'todoist',
        action: 'Create Task',
        fields: [
          ['Title', 'Prepare {{booking_subject}} with {{customer_name}}'],
          ['Note', '{{booking_summary_short}}'],
          ['Due Date', '{{booking_starts_at_owner_zone}}'],
        ],
      },
    ],
  },
  {
    id: 'no-show-to-twilio',
    title: 'Text customers who did not come by Twilio',
    trigger: 'booking_no_show',
    filter: { key: 'customer_phone_e164', condition: 'exists', value: '' },
    steps: [
      {
        app: 'twilio',
        action: 'Send SMS',
        fields: [
          ['To Number', '{{customer_phone_e164}}'],
          [
            'Message',
            'We missed you, {{customer_first_name}}. Pick another time: {{booking_page_public_link}}',
          ],
        ],
      },
    ],
  },
  {
    id: 'completed-to-pipedrive',
    title: 'Open a Pipedrive deal after the first meeting',
    trigger: 'booking_completed',
    steps: [
      {
        app: 'pipedrive',
        action: 'Create Deal',
        fields: [
          ['Title', '{{customer_company}}: {{customer_name}}'],
          ['Value', '{{event_type_price}}'],
        ],
      },
    ],
  },
  {
    id: 'bookings-to-clickup',
    title: 'Create a ClickUp task for every new booking',
    trigger: 'booking_scheduled',
    steps: [
      {
        app: 'clickup',
        action: 'Create Task',
        fields: [
          ['Task Name', '{{booking_subject}} with {{customer_name}}'],
          ['Description', '{{booking_summary_long}}'],
          ['Due Date', '{{booking_starts_at}}'],
        ],
      },
    ],
  },
  {
    id: 'lifecycle-to-notion',
    title: 'Note canceled bookings in a Notion database',
    trigger: 'booking_lifecycle',
    filter: { key: 'booking_status', condition: 'exactly matches', value: 'Canceled' },
    steps: [
      {
        app: 'notion',
        action: 'Create Database Item',
        fields: [
          ['Name', '{{booking_id}}'],
          ['Customer', '{{customer_name}}'],
          ['Reason', '{{cancel_reschedule_reason}}'],
          ['Canceled by', '{{cancel_reschedule_by_customer}}{{cancel_reschedule_by_user}}'],
        ],
      },
    ],
  },
  {
    id: 'bookings-to-monday',
    title: 'Add new bookings to a monday.com board',
    trigger: 'booking_scheduled',
    steps: [
      {
        app: 'monday',
        action: 'Create Item',
        fields: [
          ['Item Name', '{{customer_name}}: {{booking_subject}}'],
          ['Date', '{{booking_starts_at}}'],
          ['Email', '{{customer_email}}'],
        ],
      },
    ],
  },
  {
    id: 'completed-to-activecampaign',
    title: 'Tag customers in ActiveCampaign after the meeting',
    trigger: 'booking_completed',
    steps: [
      {
        app: 'activecampaign',
        action: 'Create/Update Contact',
        fields: [
          ['Email Address', '{{customer_email}}'],
          ['Tags', 'Met: {{event_type_name}}'],
        ],
      },
    ],
  },
  {
    id: 'contacts-to-brevo',
    title: 'Add new contacts to a Brevo list',
    trigger: 'contact_captured',
    steps: [
      {
        app: 'brevo',
        action: 'Add or Update Contact',
        fields: [
          ['Email', '{{contact_email}}'],
          ['First name', '{{contact_first_name}}'],
          ['Last name', '{{contact_last_name}}'],
        ],
      },
    ],
  },
  {
    id: 'no-show-to-google-tasks',
    title: 'Remind yourself in Google Tasks to call after a no-show',
    trigger: 'booking_no_show',
    steps: [
      {
        app: 'google-tasks',
        action: 'Create Task',
        fields: [
          ['Title', 'Call {{customer_name}}, {{customer_phone_e164}}'],
          ['Notes', '{{booking_summary_long}}'],
        ],
      },
    ],
  },
  {
    id: 'canceled-to-zendesk',
    title: 'Open a Zendesk ticket when a customer cancels',
    trigger: 'booking_canceled',
    filter: { key: 'cancel_reschedule_by_customer', condition: 'exists', value: '' },
    steps: [
      {
        app: 'zendesk',
        action: 'Create Ticket',
        fields: [
          ['Subject', 'Canceled: {{booking_subject}}'],
          ['Description', '{{customer_name}} canceled. Reason: {{cancel_reschedule_reason}}'],
          ['Requester Email', '{{customer_email}}'],
        ],
      },
    ],
  },
  {
    id: 'completed-to-quickbooks',
    title: 'Create a QuickBooks customer after the first meeting',
    trigger: 'booking_completed',
    steps: [
      {
        app: 'quickbooks',
        action: 'Create Customer',
        fields: [
          ['Display Name', '{{customer_name}}'],
          ['Email', '{{customer_email}}'],
          ['Company Name', '{{customer_company}}'],
          ['Phone', '{{customer_phone_e164}}'],
        ],
      },
    ],
  },
  {
    id: 'lifecycle-to-discord',
    title: 'Post changes of bookings in a Discord channel, but not that they are over',
    trigger: 'booking_lifecycle',
    filter: { key: 'booking_status', condition: 'does not exactly match', value: 'Completed' },
    steps: [
      {
        app: 'discord',
        action: 'Send Channel Message',
        fields: [
          [
            'Message Text',
            '{{booking_status}}: {{booking_subject}} with {{customer_name}}, {{booking_meeting_time_owner_zone}}',
          ],
        ],
      },
    ],
  },
]

export const zapTemplates: readonly ZapTemplate[] = inOrder.map((template, index) => ({
  ...template,
  rank: index + 1,
}))

export const findZapApp = (id: string): ZapApp | undefined => zapApps.find((each) => each.id === id)

export const findZapTemplate = (id: string): ZapTemplate | undefined =>
  zapTemplates.find((each) => each.id === id)

const placeholder = /\{\{(\w+)\}\}/g

/** The keys of the item that a text is made of. */
export const keysIn = (text: string): string[] => [...text.matchAll(placeholder)].map(([, key = '']) => key)

/** Every key of the item that a template reads, the filter's included. */
export const keysOfTemplate = ({ filter, steps }: ZapTemplate): string[] => [
  ...(filter ? [filter.key] : []),
  ...steps.flatMap(({ fields }) => fields.flatMap(([, value]) => keysIn(value))),
]
