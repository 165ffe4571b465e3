import type { ReactNode } from 'react';

/** The desk's own 24×24 stroke icons, one line each; drawn by `Icon`. */
export const ICON_PATHS = {
  bad: (
    <>
      <circle cx="12" cy="12" r="8.5" />
      <path d="m9 9 6 6M15 9l-6 6" />
    </>
  ),
  ban: (
    <>
      <circle cx="12" cy="12" r="8.5" />
      <path d="m6 6 12 12" />
    </>
  ),
  batch: (
    <path d="M4 6.5 5.5 8 8 5M4 13.5 5.5 15 8 12M4 20l1.5 1L8 18.5M11.5 7H20M11.5 14H20M11.5 20.5H20" />
  ),
  bell: <path d="M6 16.5V11a6 6 0 0 1 12 0v5.5l1.5 1.5h-15zM10 20.5h4" />,
  building: (
    <path d="M5 20.5V5a1 1 0 0 1 1-1h8a1 1 0 0 1 1 1v15.5M15 10h3a1 1 0 0 1 1 1v9.5M3.5 20.5h17M8.5 8h3M8.5 12h3M8.5 16h3" />
  ),
  cal: (
    <>
      <rect x="4" y="5.5" width="16" height="15" rx="2" />
      <path d="M4 10h16M8.5 3.5v4M15.5 3.5v4" />
    </>
  ),
  chain: (
    <path d="M10 14a4 4 0 0 0 5.7 0l3-3A4 4 0 0 0 13 5.3l-1 1M14 10a4 4 0 0 0-5.7 0l-3 3A4 4 0 0 0 11 18.7l1-1" />
  ),
  chart: <path d="M4 4v16h16M8.5 16v-4M13 16V8M17.5 16v-6" />,
  check: <path d="m5 12.5 4.7 4.7L19 7.5" />,
  clock: (
    <>
      <circle cx="12" cy="12" r="8.5" />
      <path d="M12 7v5.2l3.3 2" />
    </>
  ),
  cols: (
    <>
      <rect x="4" y="5" width="16" height="14" rx="1.5" />
      <path d="M9.5 5v14M14.5 5v14" />
    </>
  ),
  cross: (
    <>
      <circle cx="6" cy="6.5" r="2.5" />
      <circle cx="18" cy="17.5" r="2.5" />
      <path d="M8.5 6.5H15a3 3 0 0 1 0 6H9a3 3 0 0 0 0 5.5h6.5" />
    </>
  ),
  dn: <path d="M12 5v13M6.5 12.5 12 18l5.5-5.5" />,
  down: <path d="m6.5 9.5 5.5 5.5 5.5-5.5" />,
  download: (
    <path d="M12 4v11M8 11l4 4 4-4M4 15v4a1.5 1.5 0 0 0 1.5 1.5h13A1.5 1.5 0 0 0 20 19v-4" />
  ),
  eye: (
    <>
      <path d="M2.5 12S6 5.8 12 5.8 21.5 12 21.5 12 18 18.2 12 18.2 2.5 12 2.5 12z" />
      <circle cx="12" cy="12" r="2.8" />
    </>
  ),
  eyeoff: (
    <path d="M9.5 6.1A9 9 0 0 1 12 5.8c6 0 9.5 6.2 9.5 6.2a16 16 0 0 1-2.6 3.3M6 7.6A15.5 15.5 0 0 0 2.5 12S6 18.2 12 18.2a9 9 0 0 0 4-.9M4 4l16 16" />
  ),
  field: (
    <>
      <rect x="5" y="4.5" width="14" height="16.5" rx="2" />
      <path d="M9 3h6v3.5H9zM9 14l2.2 2.2L15.5 12" />
    </>
  ),
  file: (
    <path d="M6 3.5h8l4.5 4.5v12a1 1 0 0 1-1 1H6a1 1 0 0 1-1-1v-15.5a1 1 0 0 1 1-1zM13.5 3.5V8.5h5" />
  ),
  filter: <path d="M4 5.5h16l-6.2 7.3V19l-3.6-1.8v-4.4z" />,
  flag: <path d="M5.5 21V4M5.5 4.5h12l-2.5 4 2.5 4h-12" />,
  grad: (
    <path d="m12 5 9.5 4.5L12 14 2.5 9.5zM6.5 11.8V16c1.5 1.5 3.4 2.2 5.5 2.2s4-.7 5.5-2.2v-4.2M21.5 9.5V15" />
  ),
  id: (
    <>
      <rect x="3.5" y="5" width="17" height="14" rx="2" />
      <circle cx="8.7" cy="11" r="2" />
      <path d="M5.8 16c.4-1.6 1.5-2.3 2.9-2.3s2.5.7 2.9 2.3M14 10h3.5M14 14h3.5" />
    </>
  ),
  info: (
    <>
      <circle cx="12" cy="12" r="8.5" />
      <path d="M12 11v5.5" />
      <circle cx="12" cy="7.8" r=".5" />
    </>
  ),
  key: (
    <>
      <rect x="3.5" y="8.5" width="11" height="7" rx="1.5" />
      <path d="M14.5 10h6v4h-6M17.5 10v1.3M17.5 14v-1.3" />
    </>
  ),
  layers: <path d="m12 4 8.5 4.5L12 13 3.5 8.5zM3.5 12.5 12 17l8.5-4.5M3.5 16.5 12 21l8.5-4.5" />,
  left: <path d="M14.5 6.5 9 12l5.5 5.5" />,
  lock: (
    <>
      <rect x="5" y="10.5" width="14" height="10" rx="2" />
      <path d="M8 10.5V7.5a4 4 0 0 1 8 0v3" />
    </>
  ),
  mark: (
    <>
      <path d="M12 2.8 4.8 5.6v5.6c0 4.6 3 8 7.2 10 4.2-2 7.2-5.4 7.2-10V5.6z" />
      <circle cx="11.3" cy="10.8" r="3.3" />
      <path d="m13.8 13.3 2.7 2.7" />
    </>
  ),
  max: <rect x="6.5" y="6.5" width="11" height="11" rx="1" />,
  min: <path d="M6 12h12" />,
  more: (
    <>
      <circle cx="5.5" cy="12" r=".9" />
      <circle cx="12" cy="12" r=".9" />
      <circle cx="18.5" cy="12" r=".9" />
    </>
  ),
  ok: (
    <>
      <circle cx="12" cy="12" r="8.5" />
      <path d="m8.3 12.2 2.6 2.6 4.9-5.3" />
    </>
  ),
  pause: (
    <>
      <circle cx="12" cy="12" r="8.5" />
      <path d="M10 9v6M14 9v6" />
    </>
  ),
  pin: (
    <>
      <path d="M12 21s6.5-6 6.5-11.2a6.5 6.5 0 0 0-13 0C5.5 15 12 21 12 21z" />
      <circle cx="12" cy="9.8" r="2.3" />
    </>
  ),
  print: (
    <path d="M7 9V4h10v5M7 17H5a1.5 1.5 0 0 1-1.5-1.5v-5A1.5 1.5 0 0 1 5 9h14a1.5 1.5 0 0 1 1.5 1.5v5A1.5 1.5 0 0 1 19 17h-2M7 14h10v6.5H7z" />
  ),
  qr: (
    <>
      <rect x="4" y="4" width="6" height="6" rx=".5" />
      <rect x="14" y="4" width="6" height="6" rx=".5" />
      <rect x="4" y="14" width="6" height="6" rx=".5" />
      <path d="M14 14h2.5v2.5M20 14v2.5M14 20h2M19 20h1v-1" />
    </>
  ),
  queue: (
    <path d="M12 15V4M8 8l4-4 4 4M4 14.5V19a1.5 1.5 0 0 0 1.5 1.5h13A1.5 1.5 0 0 0 20 19v-4.5" />
  ),
  review: <path d="M19.5 13A7.5 7.5 0 1 1 17 6.8L19.5 9M19.5 4.5V9H15M12 8.5v4l2.5 1.5" />,
  right: <path d="m9.5 6.5 5.5 5.5-5.5 5.5" />,
  scan: (
    <path d="M4 8.5V5.5A1.5 1.5 0 0 1 5.5 4h3M15.5 4h3A1.5 1.5 0 0 1 20 5.5v3M20 15.5v3a1.5 1.5 0 0 1-1.5 1.5h-3M8.5 20h-3A1.5 1.5 0 0 1 4 18.5v-3M4 12h16" />
  ),
  seal: (
    <path d="M9.5 12.5c.6-2-1-3-1-5a3.5 3.5 0 0 1 7 0c0 2-1.6 3-1 5l4 1.5a1 1 0 0 1 .7 1V17H4.8v-2a1 1 0 0 1 .7-1zM5 20.5h14" />
  ),
  search: (
    <>
      <circle cx="11" cy="11" r="6.5" />
      <path d="m16 16 4.5 4.5" />
    </>
  ),
  server: (
    <>
      <rect x="4" y="4.5" width="16" height="6.5" rx="1.5" />
      <rect x="4" y="13" width="16" height="6.5" rx="1.5" />
      <path d="M7.5 7.8h.1M7.5 16.3h.1M11 7.8h5.5M11 16.3h5.5" />
    </>
  ),
  shield: <path d="M12 3 5 5.5v5.7c0 4.4 2.9 7.9 7 9.8 4.1-1.9 7-5.4 7-9.8V5.5z" />,
  shieldok: (
    <path d="M12 3 5 5.5v5.7c0 4.4 2.9 7.9 7 9.8 4.1-1.9 7-5.4 7-9.8V5.5zM8.7 11.8l2.4 2.4 4.3-4.6" />
  ),
  speed: (
    <>
      <path d="M4.5 18a8.5 8.5 0 1 1 15 0M12 13.5l4-4.5" />
      <circle cx="12" cy="14" r="1.3" />
    </>
  ),
  star: <path d="m12 4 2.5 5.1 5.6.8-4 4 .9 5.6-5-2.7-5 2.7.9-5.6-4-4 5.6-.8z" />,
  sync: (
    <path d="M4.5 10a8 8 0 0 1 14-2.5L20 9M20 4v5h-5M19.5 14a8 8 0 0 1-14 2.5L4 15M4 20v-5h5" />
  ),
  table: (
    <>
      <rect x="4" y="5" width="16" height="14" rx="1.5" />
      <path d="M4 10h16M4 14.5h16M10 10v9" />
    </>
  ),
  undo: <path d="M8.5 5 4 9.5 8.5 14M4 9.5h10a5.5 5.5 0 0 1 0 11H9" />,
  up: <path d="M12 19V6M6.5 11.5 12 6l5.5 5.5" />,
  usb: (
    <path d="M8 10V4h8v6M6.5 10h11v8a2.5 2.5 0 0 1-2.5 2.5H9A2.5 2.5 0 0 1 6.5 18zM10.5 6.8v.4M13.5 6.8v.4" />
  ),
  user: (
    <>
      <circle cx="12" cy="8" r="4" />
      <path d="M4.5 20.5c.8-4 3.7-6 7.5-6s6.7 2 7.5 6" />
    </>
  ),
  warn: (
    <>
      <path d="M12 4 2.8 19.5h18.4zM12 10v4.5" />
      <circle cx="12" cy="17" r=".5" />
    </>
  ),
  wifi: (
    <>
      <path d="M3 9.5a13 13 0 0 1 18 0M6.2 13a8.4 8.4 0 0 1 11.6 0M9.3 16.3a4 4 0 0 1 5.4 0" />
      <circle cx="12" cy="19.3" r=".6" />
    </>
  ),
  wifioff: (
    <>
      <path d="M3 9.5a13 13 0 0 1 5-3M12.5 5.9A13 13 0 0 1 21 9.5M6.2 13a8.4 8.4 0 0 1 4.3-2.2M9.3 16.3a4 4 0 0 1 5.4 0M4 4l16 16" />
      <circle cx="12" cy="19.3" r=".6" />
    </>
  ),
  x: <path d="M6 6l12 12M18 6 6 18" />,
} as const satisfies Record<string, ReactNode>;

export type IconName = keyof typeof ICON_PATHS;
