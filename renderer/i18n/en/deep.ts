export const deep = {
  title: 'Deep check',
  start: 'Deep check',
  'go-on': 'Go on',
  stop: 'Stop',
  never: 'Not done yet. The daily self-check does a part; a round takes a week.',
  running: '{{done}} of {{total}} rows checked',
  resting: '{{done}} of {{total}} rows of this round; the daily self-check goes on',
  last: 'round ended {{time}}',
  sound: 'nothing wrong',
  differs: '{{count}} places differ from the server; repaired when online',
  repaired: '{{count}} places differed from the server; repaired since',
  mended: '{{count}} wrong search entries, made anew here',
};
