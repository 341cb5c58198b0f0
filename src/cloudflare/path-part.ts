/**
 * What an id must look like before it goes into a path: ids of the API are UUIDs or hex, but a server may send
 * anything, and what follows `../` or `?` would be another call.
 */
export const PATH_PART = /^[0-9A-Za-z_-]{1,64}$/;
