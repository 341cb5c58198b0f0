import { html } from 'htm/preact';
import { renderToString } from 'preact-render-to-string';
import { Report } from './report.ts';
import type { ReportPage } from './values.ts';

/** What of a report is there before any script runs, or where none does. */
export const firstScreen = (page: ReportPage): string =>
  renderToString(html`<${Report} page=${page} query=${new URLSearchParams()} go=${() => {}} />`);
