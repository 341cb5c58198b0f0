# Two stages: the build has the tools, the image has only what runs.
FROM node:22-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts
COPY tsconfig.json tsconfig.build.json ./
COPY src src
COPY workers workers
COPY scripts scripts
COPY bench bench
COPY test/support test/support
RUN npm run build && npm prune --omit=dev --ignore-scripts

FROM node:22-bookworm-slim
ENV NODE_ENV=production HOSTROLL_STATE=/var/lib/hostroll
WORKDIR /app
COPY --from=build /app/package.json ./
COPY --from=build /app/node_modules node_modules
COPY --from=build /app/dist dist
RUN mkdir -p /var/lib/hostroll && chown node:node /var/lib/hostroll
USER node
VOLUME /var/lib/hostroll
ENTRYPOINT ["node", "dist/scripts/hostroll.js"]
CMD ["--help"]
