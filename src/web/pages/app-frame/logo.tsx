/** Our mark: a clock whose hand runs on as a wire. */
export const LogoMark = ({ size = 28 }: { size?: number }) => (
  <svg viewBox="0 0 32 32" width={size} height={size} aria-hidden="true" focusable="false">
    <rect width="32" height="32" rx="8" fill="#006bb1" />
    <g fill="none" stroke="#fff" strokeWidth="2.6" strokeLinecap="round" strokeLinejoin="round">
      <path d="M21.6 8.9A9 9 0 1 0 23 18.6" />
      <path d="M14 9.8v6.2h7.5" />
    </g>
    <circle cx="25" cy="16" r="2.7" fill="#8fd3ff" />
  </svg>
)
