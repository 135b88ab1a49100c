// --- For pages without a form

async function submit(fields, extra) {
  const [lead, answer] = await decide(undefined, { ...fields }, extra);
  const result = { lead_id: lead.body.lead_id, ...answer };
  if (!answer || !(isTaken(answer) || isPages(lead, answer))) result.kept = await keepTrying(lead);
  else drop(lead);
  tell(document, lead, answer && result);
  return result;
}
