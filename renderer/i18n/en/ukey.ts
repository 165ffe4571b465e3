/** A U-Key as a part of what unlocks the desk. */
export const ukey = {
  choose: "Choose the U-Key's certificate",
  found: 'Found',
  absent: 'Not inserted',
  insert: 'Insert your U-Key',
  'pin-wrong': 'The PIN is wrong.',
  'pin-wrong-count': 'The PIN is wrong; {{count}} tries left before the key locks.',
  title: 'My U-Key',
  bound: 'Unlocking takes the password and the U-Key ending in {{tail}}.',
  unbound: 'Unlocking takes the password only. Once a U-Key is bound, both are needed.',
  attach: 'Bind a U-Key',
  detach: 'Unbind',
  confirm: 'Confirm that it is you',
  attached: 'The U-Key is bound from the next unlock on.',
  detached: 'The U-Key is no longer bound.',
  optional: 'Bind a U-Key too',
  'optional-text':
    'Needed where your office asks for it. Unlocking then takes the U-Key and its PIN.',
  lost: 'If the U-Key is lost or broken, two people set the login up again with the recovery key.',
  'not-bound': 'Not bound',
  'is-bound': 'Bound',
  wait: 'Too many wrong tries. Try again later.',
};
