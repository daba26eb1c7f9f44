{{- define "attrgate.name" -}}
{{- if contains .Chart.Name .Release.Name -}}{{ .Release.Name | trunc 63 | trimSuffix "-" }}
{{- else -}}{{ printf "%s-%s" .Release.Name .Chart.Name | trunc 63 | trimSuffix "-" }}{{- end -}}
{{- end }}

{{- define "attrgate.selector" -}}
app.kubernetes.io/name: {{ .Chart.Name }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "attrgate.labels" -}}
{{ include "attrgate.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ .Chart.Name }}-{{ .Chart.Version }}
{{- end }}

{{/* The file: what the user wrote, with the addresses that belong to the chart. */}}
{{- define "attrgate.file" -}}
{{- if not .Values.config.gateway.upstreams }}{{ fail "config.gateway.upstreams is required: where do requests go?" }}{{ end -}}
{{- $listen := dict "listen" (list ":8080") "admin" (dict "listen" ":9901") -}}
{{- $gateway := merge $listen .Values.config.gateway -}}
{{- merge (dict "gateway" $gateway) .Values.config | toYaml }}
{{- end }}
