import { html } from 'htm/preact';
import { useEffect, useRef } from 'preact/hooks';
import uPlot from 'uplot';
import type { RateHistory } from './use-view.ts';

const HEIGHT = 180;

/** Calls a second against the budget, over the time that the page was open. */
export function Chart({ history }: { history: RateHistory }) {
  const place = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot>(undefined);
  useEffect(() => {
    const { current: element } = place;
    if (element === null) return;
    const ink = getComputedStyle(element).color;
    const axis = { stroke: ink, grid: { stroke: 'rgba(128, 128, 128, 0.25)' } };
    const width = () => element.clientWidth;
    const series = [
      {},
      { label: 'calls a second', stroke: '#3b82f6', width: 2 },
      { label: 'budget', stroke: '#d97706', dash: [6, 4] },
    ];
    plot.current = new uPlot(
      {
        width: width(),
        height: HEIGHT,
        series,
        axes: [axis, axis],
        scales: { y: { range: (_, __, most) => [0, Math.max(1, most * 1.1)] } },
      },
      history,
      element,
    );
    const resized = new ResizeObserver(() => plot.current?.setSize({ width: width(), height: HEIGHT }));
    resized.observe(element);
    return () => {
      resized.disconnect();
      plot.current?.destroy();
    };
  }, [history]);
  useEffect(() => plot.current?.setData(history));
  return html`<div class="chart" ref=${place} role="img" aria-label="Calls a second against the budget over time"></div>`;
}
