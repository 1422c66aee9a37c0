# 攻关台账 Gongguan: one image for every process; the command says which (serve, api, projector, worker, ...).
#   docker build --tag gongguan:0.1.0 .
#   docker run --publish 127.0.0.1:3000:3000 --volume gongguan:/data gongguan:0.1.0

FROM node:26.10.0-bookworm-slim AS dependencies
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev --ignore-scripts

FROM node:26.10.0-bookworm-slim
ENV NODE_ENV=production HOST=0.0.0.0 GONGGUAN_DATA=/data
WORKDIR /app
COPY --from=dependencies /app/node_modules node_modules
COPY package.json ./
COPY events events
COPY services services
COPY projections projections
COPY infra infra
# Not declared a volume: with a read-only root and nothing mounted here, SQLite must fail instead of losing its data.
RUN install --directory --owner=1000 --group=1000 /data
USER 1000:1000
EXPOSE 3000
ENTRYPOINT ["node", "infra/gongguan.js"]
CMD ["serve"]
