import { describe, expect, it } from 'vitest';
import { namesPerson } from './certificate-holder';

const person = { name: '张三', badge: '330600127' };

describe('the person that a certificate names', () => {
  // Bug: an inspector's own key is warned of because their authority writes numbers beside the name.
  it.each([
    'CN=张三, O=应急管理局',
    'CN=张 三, O=应急管理局',
    'CN=张三330600127, O=应急管理局',
    'CN=051@张三@Z330600@1, O=应急管理局',
    'CN=张三（练习）, O=练习',
    'O=应急管理局, CN=330600127',
    'SERIALNUMBER=330600127, CN=Zhang San',
  ])('is known in %s', (subject) => expect(namesPerson(subject, person)).toBe(true));

  it('is known whatever case and marks the name is written with', () => {
    expect(namesPerson('CN=WANG WEI', { name: 'Wang Wei', badge: 'A-1' })).toBe(true);
    expect(namesPerson('CN=ئەلى مەمەت', { name: 'ئەلى·مەمەت', badge: 'A-1' })).toBe(true);
    expect(namesPerson('CN=X, SERIALNUMBER=A1024', { name: '王伟', badge: 'A-1024' })).toBe(true);
  });

  // Bug: a colleague whose name or number has this one's within it passes as them; an empty name as everybody.
  it.each([
    'CN=张三丰, O=应急管理局',
    'CN=李四, O=张三',
    'CN=李四, SERIALNUMBER=3306001270',
    'CN=李四, OU=330600127',
    'O=应急管理局',
    '',
  ])('is not in %s', (subject) => expect(namesPerson(subject, person)).toBe(false));

  it('is nobody where nobody is named', () =>
    expect(namesPerson('CN=, O=x', { name: '', badge: '' })).toBe(false));
});
