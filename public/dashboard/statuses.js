// The classes of a conversion, as the API names them.
export const statuses = ['approved', 'pending', 'rejected', 'chargeback'];
