# One image for every process; docker-compose.yml says which one a container runs.
FROM python:3.11-slim-bookworm AS packages
COPY requirements.txt .
RUN python -m venv /opt/venv \
    && /opt/venv/bin/pip install --no-cache-dir --disable-pip-version-check --no-deps --require-hashes -r requirements.txt

FROM python:3.11-slim-bookworm
RUN useradd --system --uid 10001 --no-create-home smartgoals
COPY --from=packages /opt/venv /opt/venv
WORKDIR /app
COPY . .
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    DJANGO_SETTINGS_MODULE=smartgoals.settings \
    SMARTGOALS_VAR=/app/var \
    BIND=0.0.0.0:8000
# Collecting the static files asks for settings, but uses neither of these values.
RUN SECRET_KEY=not-used-to-serve-anything DATABASE_URL=postgresql://not-used/none \
    python manage.py collectstatic --no-input --verbosity=0 \
    && python -m compileall -q /app \
    && mkdir -p /app/var/clock && chown smartgoals /app/var/clock
USER smartgoals
EXPOSE 8000
CMD ["python", "-m", "smartgoals.launch", "web"]
