// --- Reading a form

// As fields are called; types and the words of `autocomplete` are among them.
const names = {
  email: /e.?mail|^mail$/i,
  phone: /phone|mobile|msisdn|^cell$|^tel(ef.*|-national)?$/i,
  first_name: /^(f|first|given|fore).?name$|^first$/i,
  last_name: /^(l|last|family).?name$|^surname$|^last$/i,
  name: /^((full|your|customer|contact).?)?name$/i,
};
const kindOf = (text) => Object.keys(names).find((kind) => names[kind].test(text));
const nameOf = (field) => field.name || field.id;
const isHidden = (field) => field.type === 'hidden';

// What a field means, the surest sign first.
const meanings = [
  (field) => field.dataset.backnova,
  (field) => !isHidden(field) && kindOf(field.autocomplete?.split(' ').pop()),
  (field) => kindOf(field.type),
  (field) => /text|search|number/.test(field.type) && kindOf(nameOf(field)),
];

function fieldsOf(form) {
  return [...form.elements].filter(
    (field) =>
      field.value?.trim?.() && !field.matches(':disabled, [data-backnova=off]') &&
      !/file|submit|button|image|reset|output/.test(field.type) &&
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
    // A box called "mail", a hidden "phone" of the shop: to the server they would be the contact.
    if (/hidden|select|checkbox|radio/.test(field.type) && kindOf(name)) continue;
    if (isHidden(field) ? isFromAddress(visit, name, value) : isCard(value)) continue;
    room -= name.length + value.length;
    if (room > 0 && Object.keys(data).length < 60) data[name] = value;
  }
  return data;
}

// A marked form, or where the page marks none, every form without a password.
const isOurs = (form) =>
  form.dataset.backnova != null
    ? form.dataset.backnova !== 'off'
    : !document.querySelector('form[data-backnova]:not([data-backnova=off])') && ![...form.elements].some(isPassword);
