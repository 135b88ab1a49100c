// What is known of traffic sources: a good name to begin with, and the macro by which each hands over its click id.

/** Quick templates for new sources. */
export const sourceTemplates = [
  { label: 'Facebook', slug: 'facebook_us', trafficType: 'social' },
  { label: 'TikTok', slug: 'tiktok_us', trafficType: 'social' },
  { label: 'Google', slug: 'google_cpc', trafficType: 'search' },
  { label: 'Push', slug: 'push_us', trafficType: 'push' },
  { label: 'Native', slug: 'native_us', trafficType: 'native' },
  { label: 'Pop', slug: 'pop_us', trafficType: 'pop' },
  { label: 'Crypto on TikTok', slug: 'tiktok_crypto', trafficType: 'social' },
  { label: 'E-mail', slug: 'email_list', trafficType: 'email' },
];

/** Who makes the click id, and the macro to put into the landing page's URL there. */
export const clickMacros = [
  { value: '{subid}', label: 'Keitaro – {subid}' },
  { value: '{clickid}', label: 'Binom, Voluum, RedTrack – {clickid}' },
  { value: '__CLICKID__', label: 'TikTok, without a tracker – __CLICKID__' },
  { value: '{gclid}', label: 'Google Ads, without a tracker – {gclid}' },
  { value: '${SUBID}', label: 'PropellerAds, without a tracker – ${SUBID}' },
  { value: '{click_id}', label: 'Taboola or MGID, without a tracker – {click_id}' },
  { value: 'abc123', label: 'By hand, for a test – abc123' },
];

/** The macro that fits a source by its name, where a traffic source has one; else Keitaro's, as the most common tracker. */
export function macroFor(slug) {
  if (slug.startsWith('tiktok')) return '__CLICKID__';
  if (slug.startsWith('google')) return '{gclid}';
  return '{subid}';
}
