{{- define "dpo.fullname" -}}
{{- if contains .Chart.Name .Release.Name }}{{ .Release.Name }}{{ else }}{{ printf "%s-%s" .Release.Name .Chart.Name }}{{ end }}
{{- end }}

{{- /* Labels that select a component's pods. Argument: (list $ "operator"). */}}
{{- define "dpo.selector" -}}
{{- $root := index . 0 -}}
app.kubernetes.io/name: {{ $root.Chart.Name }}
app.kubernetes.io/instance: {{ $root.Release.Name }}
app.kubernetes.io/component: {{ index . 1 }}
{{- end }}

{{- /* All labels of a component's objects. Argument: (list $ "operator"). */}}
{{- define "dpo.labels" -}}
{{- $root := index . 0 -}}
{{ include "dpo.selector" . }}
app.kubernetes.io/part-of: dpo
app.kubernetes.io/version: {{ $root.Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ $root.Release.Service }}
helm.sh/chart: {{ printf "%s-%s" $root.Chart.Name $root.Chart.Version }}
{{- end }}

{{- /* Full name of an image. Argument: (list $ .Values.operator.image). */}}
{{- define "dpo.image" -}}
{{- $root := index . 0 -}}
{{- $image := index . 1 -}}
{{- $global := $root.Values.image -}}
{{- if $global.registry }}{{ trimSuffix "/" $global.registry }}/{{ end }}{{ $image.repository }}
{{- if $image.digest }}@{{ $image.digest }}{{ else }}:{{ $global.tag | default $root.Chart.AppVersion }}{{ end }}
{{- end }}

{{- define "dpo.postgresHost" -}}
{{ include "dpo.fullname" . }}-postgres.{{ .Release.Namespace }}.svc
{{- end }}

{{- define "dpo.tenantDatabase" -}}
{{- if .Values.postgres.embedded -}}
{{ include "dpo.postgresHost" . }}:5432/dpo?sslmode=require
{{- else -}}
{{ required "postgres.external.tenantAddress is missing: give the database as tenants' pods see it, host:5432/dpo?sslmode=verify-full" .Values.postgres.external.tenantAddress }}
{{- end }}
{{- end }}

{{- define "dpo.operatorDatabaseSecret" -}}
{{- if .Values.postgres.embedded -}}
{{ include "dpo.fullname" . }}-operator-database
{{- else -}}
{{ required "postgres.external.operatorSecret is missing: name the Secret whose key `url` is the operator's login" .Values.postgres.external.operatorSecret }}
{{- end }}
{{- end }}

{{- define "dpo.apiDatabaseSecret" -}}
{{- if .Values.postgres.embedded -}}
{{ include "dpo.fullname" . }}-api-database
{{- else -}}
{{ required "postgres.external.apiSecret is missing: name the Secret whose key `url` is the API's login" .Values.postgres.external.apiSecret }}
{{- end }}
{{- end }}

{{- define "dpo.releaseKeySecret" -}}
{{ .Values.releaseKey.existingSecret | default (printf "%s-release-key" (include "dpo.fullname" .)) }}
{{- end }}

{{- /* The generated Secret has one key, whatever is set: another name would mean another key, and with it other passwords. */}}
{{- define "dpo.releaseKeyKey" -}}
{{ ternary .Values.releaseKey.key "release-key" (ne .Values.releaseKey.existingSecret "") }}
{{- end }}

{{- /* The names of `[{name: …}]`, separated by commas. */}}
{{- define "dpo.names" -}}
{{- $names := list }}
{{- range . }}
{{- $names = append $names .name }}
{{- end }}
{{- join "," (compact $names) }}
{{- end }}

{{- define "dpo.storeEndpoint" -}}
http://{{ include "dpo.fullname" . }}-store.{{ .Release.Namespace }}.svc:7070
{{- end }}
