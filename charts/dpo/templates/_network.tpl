{{- /* Cluster DNS has no address that is known beforehand, so names may be asked anywhere. */}}
{{- define "dpo.egressToNames" -}}
- ports:
    - { protocol: UDP, port: 53 }
    - { protocol: TCP, port: 53 }
{{- end }}

{{- define "dpo.egressToDatabase" -}}
{{- if .Values.postgres.embedded -}}
- to:
    - podSelector:
        matchLabels: {{ include "dpo.selector" (list . "postgres") | nindent 10 }}
  ports: [{ protocol: TCP, port: 5432 }]
{{- else -}}
- ports: [{ protocol: TCP, port: {{ .Values.postgres.external.port }} }]
  {{- with .Values.postgres.external.cidrs }}
  to:
    {{- range . }}
    - ipBlock: { cidr: {{ . | quote }} }
    {{- end }}
  {{- end }}
{{- end }}
{{- end }}
