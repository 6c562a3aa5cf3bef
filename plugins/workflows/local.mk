# SPDX-License-Identifier: Apache-2.0
dist_workflow_DATA = plugins/workflows/init.yaml plugins/workflows/join.yaml \
	plugins/workflows/reset.yaml
