import { html } from 'htm/preact';
import { useEffect, useRef } from 'preact/hooks';
import uPlot from 'uplot';
import { useServer } from './use-server.ts';

const HEIGHT = 180;

interface ChartProps {
  batch: string;
  /** Calls a second, of all lanes. */
  budget: number;
  isMoving: boolean;
}

/** Calls a second against the budget, over the time of the batch. */
export function Chart({ batch, budget, isMoving }: ChartProps) {
  const { value } = useServer<[number[], number[]]>(`/api/batches/${batch}/pace`, isMoving ? 2_000 : undefined);
  const place = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot>(undefined);
  const isDrawn = value !== undefined && value[0].length > 1;
  const data: uPlot.AlignedData = value === undefined ? [[], [], []] : [...value, value[0].map(() => budget)];
  useEffect(() => {
    const { current: element } = place;
    if (element === null) return;
    const ink = getComputedStyle(element).color;
    const clock = (_: uPlot, seconds: number[], __: number, ___: number, step: number) =>
      seconds.map((at) => tick(new Date(at * 1_000), step));
    const axis = { stroke: ink, grid: { stroke: 'rgba(128, 128, 128, 0.25)' } };
    const width = () => element.clientWidth;
    const series = [
      { value: '{YYYY}-{MM}-{DD} {HH}:{mm}:{ss}' },
      {
        label: 'calls a second',
        stroke: '#3b82f6',
        width: 2,
        fill: 'rgba(59, 130, 246, 0.12)',
        points: { show: false },
      },
      { label: 'budget', stroke: '#d97706', dash: [6, 4], points: { show: false } },
    ];
    plot.current = new uPlot(
      {
        ...{ width: width(), height: HEIGHT, series, axes: [{ ...axis, values: clock }, axis] },
        scales: { y: { range: (_, __, most) => [0, Math.max(1, most * 1.1)] } },
      },
      data,
      element,
    );
    const resized = new ResizeObserver(() => plot.current?.setSize({ width: width(), height: HEIGHT }));
    resized.observe(element);
    return () => {
      resized.disconnect();
      plot.current?.destroy();
    };
  }, [isDrawn]);
  useEffect(() => plot.current?.setData(data), [value]);
  return isDrawn
    ? html`<div class="chart" ref=${place} role="img" aria-label="Calls a second against the budget over time"></div>`
    : null;
}

const DAY_SECONDS = 86_400;

/** The wall clock at a line of the chart, the date where a day begins; `step`: seconds between two lines. */
function tick(at: Date, step: number): string {
  const isDay = step >= DAY_SECONDS || (at.getHours() === 0 && at.getMinutes() === 0 && at.getSeconds() === 0);
  if (isDay) return at.toLocaleDateString('en-GB', { day: 'numeric', month: 'short' });
  const seconds = step < 60 ? { second: '2-digit' as const } : {};
  return at.toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit', ...seconds });
}
