{{- /*
What every pod has in common, so that the namespace can demand the "restricted" Pod Security Standard.

  maskline.podSecurity        securityContext of a pod
  maskline.containerSecurity  securityContext of a container
  maskline.pullSecrets        imagePullSecrets, if there is one
  maskline.client             a container that runs the maskline command line: given (list $ "name" arguments)
  maskline.clientPod          the rest of its pod
  maskline.clientMetadata     and the pod's metadata
*/ -}}

{{- define "maskline.podSecurity" -}}
runAsNonRoot: true
runAsUser: 10001
runAsGroup: 10001
seccompProfile: {type: RuntimeDefault}
{{- end }}

{{- define "maskline.containerSecurity" -}}
runAsNonRoot: true
readOnlyRootFilesystem: true
allowPrivilegeEscalation: false
capabilities: {drop: [ALL]}
seccompProfile: {type: RuntimeDefault}
{{- end }}

{{- define "maskline.pullSecrets" -}}
{{- with .Values.images.pullSecret }}
imagePullSecrets: [{name: {{ . }}}]
{{- end }}
{{- end }}

{{- define "maskline.client" -}}
{{- $ := index . 0 -}}
{{- $token := or $.Values.kubeflow.multiUser $.Values.kubeflow.token.existingSecret -}}
- name: {{ index . 1 }}
  image: {{ include "maskline.image" (list $ "pipelines") }}
  imagePullPolicy: {{ $.Values.images.pullPolicy }}
  command: [maskline]
  args:
    {{- toYaml (index . 2) | nindent 4 }}
    - --endpoint={{ $.Values.kubeflow.endpoint }}
    {{- if $.Values.kubeflow.multiUser }}
    - --namespace={{ $.Release.Namespace }}
    {{- end }}
    {{- if $.Values.kubeflow.allowOlderServer }}
    - --allow-older-server
    {{- end }}
    {{- if $token }}
    - --token-file=/etc/maskline/token/{{ ternary $.Values.kubeflow.token.key "token" (ne $.Values.kubeflow.token.existingSecret "") }}
    {{- end }}
    {{- if $.Values.kubeflow.ca.configMap }}
    - --ca-file=/etc/maskline/ca/{{ $.Values.kubeflow.ca.key }}
    {{- end }}
  securityContext:
    {{- include "maskline.containerSecurity" $ | nindent 4 }}
  resources:
    {{- toYaml $.Values.jobs.resources | nindent 4 }}
  volumeMounts:
    - {name: tmp, mountPath: /tmp}
    - {name: config, mountPath: /etc/maskline/config, readOnly: true}
    {{- if $token }}
    - {name: token, mountPath: /etc/maskline/token, readOnly: true}
    {{- end }}
    {{- if $.Values.kubeflow.ca.configMap }}
    - {name: ca, mountPath: /etc/maskline/ca, readOnly: true}
    {{- end }}
{{- end }}

{{- define "maskline.clientMetadata" -}}
labels:
  {{- include "maskline.labels" (list . "client") | nindent 2 }}
  {{- with .Values.jobs.podLabels }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
{{- with .Values.jobs.podAnnotations }}
annotations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end }}

{{- define "maskline.clientPod" -}}
serviceAccountName: {{ include "maskline.serviceAccount" . }}
automountServiceAccountToken: false
enableServiceLinks: false
restartPolicy: Never
securityContext:
  {{- include "maskline.podSecurity" . | nindent 2 }}
{{- with include "maskline.pullSecrets" . }}
{{- . | trim | nindent 0 }}
{{- end }}
{{- with .Values.jobs.nodeSelector }}
nodeSelector:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.jobs.tolerations }}
tolerations:
  {{- toYaml . | nindent 2 }}
{{- end }}
volumes:
  - name: tmp
    emptyDir: {sizeLimit: 128Mi}
  - name: config
    configMap: {name: {{ include "maskline.fullname" . }}-client}
  {{- if .Values.kubeflow.token.existingSecret }}
  - name: token
    secret: {secretName: {{ .Values.kubeflow.token.existingSecret }}}
  {{- else if .Values.kubeflow.multiUser }}
  - name: token
    projected:
      sources:
        - serviceAccountToken:
            path: token
            audience: {{ .Values.kubeflow.token.audience }}
            expirationSeconds: {{ .Values.kubeflow.token.expirationSeconds }}
  {{- end }}
  {{- if .Values.kubeflow.ca.configMap }}
  - name: ca
    configMap: {name: {{ .Values.kubeflow.ca.configMap }}}
  {{- end }}
{{- end }}
