@description('What carries the workflows: Durable Task Scheduler and the hub of this app.')
param name string
param hubName string
param location string
param tags object

@description('Consumption pays by the action; Dedicated by the hour, from about 10 million actions a month on.')
@allowed(['Consumption', 'Dedicated'])
param sku string

@description('Capacity units; of Dedicated only.')
@minValue(1)
@maxValue(3)
param capacity int

@description('Days for which finished workflows can be looked at. They hold ids, never what anybody said.')
@minValue(1)
@maxValue(90)
param retentionDays int

resource scheduler 'Microsoft.DurableTask/schedulers@2025-11-01' = {
  name: name
  location: location
  tags: tags
  properties: {
    // an empty list denies everybody; who may call is decided by identity
    ipAllowlist: ['0.0.0.0/0']
    sku: sku == 'Dedicated' ? { name: sku, capacity: capacity } : { name: sku }
  }
}

resource hub 'Microsoft.DurableTask/schedulers/taskHubs@2025-11-01' = {
  parent: scheduler
  name: hubName
}

resource retention 'Microsoft.DurableTask/schedulers/retentionPolicies@2025-11-01' = {
  parent: scheduler
  name: 'default'
  properties: {
    retentionPolicies: [
      { retentionPeriodInDays: retentionDays }
    ]
  }
}

output hubId string = hub.id
output hubName string = hub.name
output schedulerName string = scheduler.name
output endpoint string = scheduler.properties.endpoint
