"""From the workflow to the files that Kubeflow and the local runner read: compiled, checked, stamped for a cluster."""
