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
  (field) =>
    /text|search|number/.test(field.type) && Object.keys(names).find((kind) => names[kind].test(nameOf(field))),
];

function fieldsOf(form) {
  return [...form.elements].filter(
    (field) =>
      field.value?.trim() && !field.matches(':disabled') && field.dataset.backnova !== 'off' &&
      !/password|file|submit|button|image|reset|output/.test(field.type) &&
      (!/checkbox|radio/.test(field.type) || field.checked) &&
      !isSecret(field));
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
  // The rest is for the partner's template, within the API's limits.
  const visit = look();
  let room = 15000;
  for (const field of fields) {
    const name = nameOf(field);
    const { value } = field;
    if (!name || name === 'click_id' || name in data || bytes(name) > 64 || bytes(value) > 1024) continue;
    if (isHidden(field) ? isFromAddress(visit, name, value) : isCard(value)) continue;
    room -= name.length + value.length;
    if (room > 0 && Object.keys(data).length < 60) data[name] = value;
  }
  return data;
}

// A marked form, or where the page marks none, every form that asks for an e-mail address or phone and no password.
function isOurs(form) {
  if (form.getAttribute('method') === 'dialog' || form.dataset.backnova === 'off') return;
  if (form.dataset.backnova != null) return true;
  const fields = [...(form.elements || [])];
  return (
    !document.querySelector('form[data-backnova]:not([data-backnova=off])') &&
    !fields.some((field) => field.type === 'password') &&
    fields.some((field) => meanings.some((meaning) => /^(email|phone)$/.test(meaning(field)))));
}
