// --- Reading a form

const names = {
  email: /e.?mail|^mail$/i,
  phone: /phone|mobile|msisdn|^cell$|^tel(ef.*)?$/i,
  first_name: /^(f|first|given|fore).?name$|^first$/i,
  last_name: /^(l|last|family).?name$|^surname$|^last$/i,
  name: /^((full|your|customer|contact).?)?name$/i,
};
const types = { email: 'email', tel: 'phone' };
const purposes = {
  ...types, 'tel-national': 'phone', name: 'name', 'given-name': 'first_name', 'family-name': 'last_name',
};
const nameOf = (field) => field.name || field.id;
const isHidden = (field) => field.type === 'hidden';

// What a field means, the surest sign first.
const meanings = [
  (field) => field.dataset.backnova,
  (field) => !isHidden(field) && purposes[field.autocomplete?.split(' ').pop()],
  (field) => types[field.type],
  ({ type, name, id }) =>
    /^(text.*|search|number)$/.test(type) && Object.keys(names).find((kind) => names[kind].test(name || id)),
];

function fieldsOf(form) {
  return [...form.elements].filter(
    (field) =>
      field.value?.trim() && !field.disabled && field.dataset.backnova !== 'off' &&
      !/^(password|file|submit|button|image|reset|fieldset|output)$/.test(field.type) &&
      (!/^(checkbox|radio)$/.test(field.type) || field.checked) &&
      !/^cc-|^one-time/.test(field.autocomplete));
}

function read(form) {
  const data = {};
  const fields = new Set(fieldsOf(form));
  for (const meaning of meanings) {
    for (const field of fields) {
      const kind = meaning(field);
      if (!kind || kind in data) continue;
      data[kind] = field.value;
      fields.delete(field);
    }
  }
  // The rest is for the partner's template, within the API's limits. What came with the page's address stays here.
  const fromAddress = [...new URLSearchParams(location.search).values()];
  let room = 15000;
  for (const field of fields) {
    const name = nameOf(field);
    const { value } = field;
    if (!name || name === 'click_id' || name in data || bytes(name) > 64 || bytes(value) > 1024) continue;
    if (isHidden(field) && fromAddress.includes(value)) continue;
    room -= name.length + value.length;
    if (room > 0 && Object.keys(data).length < 60) data[name] = value;
  }
  return data;
}

// A marked form, or where the page marks none, every form that asks for an e-mail address or phone and no password.
function isOurs(form) {
  if (form.getAttribute('method') === 'dialog' || form.dataset.backnova === 'off') return;
  if ('backnova' in form.dataset) return true;
  const fields = [...(form.elements || [])];
  return (
    !document.querySelector('form[data-backnova]:not([data-backnova=off])') &&
    !fields.some((field) => field.type === 'password') &&
    fields.some((field) => meanings.some((meaning) => /^(email|phone)$/.test(meaning(field)))));
}
