import { type CSSVariablesResolver, createTheme, type MantineColorsTuple } from '@mantine/core'

const wire: MantineColorsTuple = [
  '#eaf4fb',
  '#d5e8f5',
  '#abd0ea',
  '#7db6dd',
  '#549fd1',
  '#318ac4',
  '#157bba',
  '#006bb1',
  '#005a96',
  '#00487a',
]

/** System fonts only: nothing is fetched from elsewhere, and text is there at once. */
export const fontFamily =
  "'Open Sans', system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif"

export const theme = createTheme({
  primaryColor: 'wire',
  primaryShade: 7,
  autoContrast: true,
  colors: { wire },
  defaultRadius: 'md',
  fontFamily,
  fontFamilyMonospace: "ui-monospace, SFMono-Regular, Menlo, Consolas, 'Liberation Mono', monospace",
  headings: { fontWeight: '650', sizes: { h1: { fontSize: '1.625rem' }, h2: { fontSize: '1.1875rem' } } },
  cursorType: 'pointer',
  // People who asked their system for less motion get dialogs at once.
  respectReducedMotion: true,
})

const lightColors = ['wire', 'green', 'red', 'orange', 'yellow', 'blue', 'gray']

/** Mantine's own red, dimmed grey, placeholder and light badges are too pale for WCAG AA. */
export const resolveVariables: CSSVariablesResolver = () => ({
  variables: {},
  dark: {},
  light: {
    '--mantine-color-error': 'var(--mantine-color-red-9)',
    '--mantine-color-dimmed': '#54606c',
    '--mantine-color-placeholder': '#626d78',
    '--mantine-color-anchor': 'var(--mantine-color-wire-8)',
    ...Object.fromEntries(
      lightColors.map((color) => [
        `--mantine-color-${color}-light-color`,
        `color-mix(in srgb, var(--mantine-color-${color}-9), black 30%)`,
      ]),
    ),
  },
})
