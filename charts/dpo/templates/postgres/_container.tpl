{{- define "dpo.postgresContainer" -}}
image: {{ include "dpo.image" (list . .Values.postgres.image) }}
imagePullPolicy: {{ .Values.image.pullPolicy }}
{{ include "dpo.containerSecurity" . }}
resources: {{ toYaml .Values.postgres.resources | nindent 2 }}
volumeMounts:
  - { name: data, mountPath: /var/lib/postgresql/dpo }
  - { name: configuration, mountPath: /etc/dpo/postgres, readOnly: true }
  - { name: secrets, mountPath: /etc/dpo/postgres-secrets, readOnly: true }
  - { name: temporary, mountPath: /tmp }
  - { name: shared-memory, mountPath: /dev/shm }
{{- end }}
