import { useEffect, useState } from 'preact/hooks';

/** Goes to an address of this page without loading it anew. */
export function go(address: string, replace = false): void {
  history[replace ? 'replaceState' : 'pushState'](null, '', address);
  dispatchEvent(new Event('popstate'));
}

/** The address as it is, followed through back, forward and `go`. */
export function useAddress(): URL {
  const [address, setAddress] = useState(() => new URL(location.href));
  useEffect(() => {
    const follow = () => setAddress(new URL(location.href));
    addEventListener('popstate', follow);
    return () => removeEventListener('popstate', follow);
  }, []);
  return address;
}

/** For links within the page: what a plain click does, leaving other clicks to the browser. */
export function follow(event: MouseEvent): void {
  const link = (event.target as Element).closest('a');
  const isPlain = event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey;
  if (link === null || link.origin !== location.origin || link.hasAttribute('download') || !isPlain) return;
  event.preventDefault();
  go(link.pathname + link.search);
}
