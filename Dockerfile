# Two stages: the build has the tools, the image has only what runs.
FROM node:24-bookworm-slim AS build
WORKDIR /app
COPY . .
RUN npm ci --ignore-scripts && npm run build && npm prune --omit=dev --ignore-scripts

FROM node:24-bookworm-slim
ENV NODE_ENV=production HOSTROLL_STATE=/var/lib/hostroll
WORKDIR /app
COPY --from=build /app/package.json ./
COPY --from=build /app/node_modules node_modules
COPY --from=build /app/dist dist
RUN mkdir -p /var/lib/hostroll && chown node:node /var/lib/hostroll
USER node
VOLUME /var/lib/hostroll
# Of the processes that stay; a command that comes to its end is not asked.
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s --retries=3 \
  CMD ["node", "-e", "fetch('http://127.0.0.1:9464/readyz').then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["node", "dist/scripts/hostroll.js"]
CMD ["serve", "--metrics", "9464", "--log-file", "-"]
